import type { Constraint } from "../builder/CircuitBuilder.ts";
import { combine, type LinearCombination, wireLc } from "../builder/linearCombination.ts";
import { inverse } from "../field/scalarField.ts";
import type { Propagation } from "./Propagation.ts";
import { equationOf } from "./twoValued.ts";

/**
 * The constraints with unknown wires that linear equations tie to one other unknown (`y = known - x`) written
 * through that other, so that rules see one wire where a file has several names. Undefined when there are
 * none. Indices stay.
 */
export function withoutAliases(system: Propagation): Constraint[] | undefined {
  const aliases = new Map<number, LinearCombination>();
  const resolve = (lc: LinearCombination): LinearCombination => {
    if (!lc.wires.some((wire) => aliases.has(wire))) return lc;
    const terms = lc.wires.map((wire, i): [bigint, LinearCombination] => {
      const alias = aliases.get(wire);
      return [lc.coefs[i]!, alias ? resolve(alias) : wireLc(wire)];
    });
    return combine(terms, lc.constant);
  };
  for (const [index, constraint] of system.constraints.entries()) {
    if (system.unknownsOf(index, 2)?.length !== 2) continue;
    const equation = equationOf(constraint);
    const form = equation && resolve(equation);
    const unknowns = form?.wires.filter((wire) => !system.isKnown(wire)) ?? [];
    // Bits keep their names: what they sum to is a range.
    if (!form || unknowns.length !== 2 || unknowns.some((wire) => system.isTwoValued(wire))) continue;
    const wire = unknowns[1]!;
    const coef = form.coefs[form.wires.indexOf(wire)]!;
    aliases.set(
      wire,
      combine([
        [-inverse(coef), form],
        [1n, wireLc(wire)],
      ]),
    );
  }
  if (aliases.size === 0) return undefined;
  return system.constraints.map(({ a, b, c }) => ({ a: resolve(a), b: resolve(b), c: resolve(c) }));
}

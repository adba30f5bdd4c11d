import { combine, type LinearCombination } from "../builder/linearCombination.ts";
import { FIELD_ORDER, toField } from "../field/scalarField.ts";
import type { Deduction, Propagation } from "./Propagation.ts";
import type { Ranges } from "./Ranges.ts";

/**
 * The integer square root's uniqueness. With s = y^2, a determined n = s + x1 and x1 + x2 = 2y, all of y, x1,
 * x2 at least 0 and small: y^2 <= n <= y^2 + 2y < (y + 1)^2 between integers, and only one y does that.
 */
export function squareRoots(system: Propagation, ranges: Ranges): Deduction[] {
  return system.constraints.flatMap(({ a, b, c }, index): Deduction[] => {
    const root = wireOf(a);
    const square = wireOf(c);
    if (root === undefined || square === undefined || wireOf(b) !== root || root === square) return [];
    if (system.isKnown(root) || toField(a.coefs[0]! * b.coefs[0]! - c.coefs[0]!) !== 0n) return [];
    const range = ranges.ofWire(root);
    if (range?.lo !== 0n) return [];
    for (const below of ranges.aboutOnly(square)) {
      const at = below.form.wires.indexOf(square);
      const isBound = below.lo === 0n && below.form.coefs[at] === -1n;
      if (!isBound || range.hi * range.hi + below.hi >= FIELD_ORDER) continue;
      const above = ranges.about(root).find(({ form, lo, hi }) => {
        return lo === 0n && hi + below.hi < FIELD_ORDER && isTwice(root, below.form, form);
      });
      if (!above) continue;
      const constraints = [index, ...range.constraints, ...below.constraints, ...above.constraints];
      return [{ wires: [root, square], rule: "square-root", constraints }];
    }
    return [];
  });
}

/** Whether `x + y` is twice the wire. */
function isTwice(wire: number, x: LinearCombination, y: LinearCombination): boolean {
  const sum = combine([
    [1n, x],
    [1n, y],
  ]);
  return sum.wires.length === 1 && sum.wires[0] === wire && sum.coefs[0] === 2n && sum.constant === 0n;
}

/** The wire that `lc` is a multiple of. */
function wireOf(lc: LinearCombination): number | undefined {
  return lc.wires.length === 1 && lc.constant === 0n ? lc.wires[0] : undefined;
}

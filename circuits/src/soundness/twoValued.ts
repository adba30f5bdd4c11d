import type { Constraint } from "../builder/CircuitBuilder.ts";
import { combine, isConstantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { inverse, toCentered, toField } from "../field/scalarField.ts";

/**
 * A linear form that a constraint holds to two values: `form` is 0 or `gap` under every satisfying
 * assignment.
 */
export interface TwoValuedForm {
  readonly form: LinearCombination;
  /** In (-r/2, r/2]; 0 when the form can only be 0. */
  readonly gap: bigint;
}

/**
 * Reads a constraint as `form * (form - gap) = 0` where it can be: `b * (b - 1) = 0`, `b * b = b`, and the
 * same for a linear combination in place of b, up to constant factors. Undefined for every other constraint.
 */
export function twoValuedForm({ a, b, c }: Constraint): TwoValuedForm | undefined {
  if (isConstantLc(a) || isConstantLc(b)) return undefined;
  const slope = ratioOf(b, a);
  if (slope === undefined) return undefined;
  // a * b = c with c = m * a is a * (b - m) = 0, and with c = m * b it is (a - m) * b = 0.
  const [form, other] = [
    [a, b],
    [b, a],
  ].find(([factor]) => isZeroLc(c) || isMultiple(c, factor!)) ?? [undefined, undefined];
  if (!form || !other) return undefined;
  const m = isZeroLc(c) ? 0n : ratioOf(c, form)!;
  const k = ratioOf(other, form)!;
  // other - m = k * form + rest, so form is 0 or -rest / k.
  const rest = other.constant - k * form.constant - m;
  return { form, gap: toCentered(-rest * inverse(k)) };
}

/** The k with `x = k * y` on the wires, constants left aside; undefined when there is none. */
export function ratioOf(x: LinearCombination, y: LinearCombination): bigint | undefined {
  if (x.wires.length !== y.wires.length || y.wires.length === 0) return undefined;
  const k = toField(x.coefs[0]! * inverse(y.coefs[0]!));
  for (let i = 0; i < x.wires.length; i++) {
    if (x.wires[i] !== y.wires[i] || toField(k * y.coefs[i]! - x.coefs[i]!) !== 0n) return undefined;
  }
  return k;
}

/** Whether `x = k * y` for some k, constants included. */
export function isMultiple(x: LinearCombination, y: LinearCombination): boolean {
  const k = ratioOf(x, y);
  return k !== undefined && toField(k * y.constant - x.constant) === 0n;
}

function isZeroLc(lc: LinearCombination): boolean {
  return isConstantLc(lc) && toField(lc.constant) === 0n;
}

/** The linear form `factor * b - c` that a constraint whose other factor is constant holds to 0. */
export function linearForm(factor: bigint, b: LinearCombination, c: LinearCombination): LinearCombination {
  return combine([
    [factor, b],
    [-1n, c],
  ]);
}

/** The form that a constraint holds to 0, when one of its factors is constant. */
export function equationOf({ a, b, c }: Constraint): LinearCombination | undefined {
  if (isConstantLc(a)) return linearForm(a.constant, b, c);
  if (isConstantLc(b)) return linearForm(b.constant, a, c);
  return undefined;
}

import { FIELD_ORDER, toCentered, toField } from "../field/scalarField.ts";

/**
 * `constant + sum coefs[i] * wire(wires[i])`: wires strictly increasing, coefficients non-zero and centred
 * in (-r/2, r/2]. Immutable; linear combinations cost no constraints.
 */
export interface LinearCombination {
  readonly wires: readonly number[];
  readonly coefs: readonly bigint[];
  readonly constant: bigint;
}

const NO_WIRES: readonly number[] = [];
const NO_COEFS: readonly bigint[] = [];
const ZERO: LinearCombination = { wires: NO_WIRES, coefs: NO_COEFS, constant: 0n };

export function constantLc(value: bigint): LinearCombination {
  return value === 0n ? ZERO : { wires: NO_WIRES, coefs: NO_COEFS, constant: toCentered(value) };
}

const UNIT: readonly bigint[] = [1n];

export function wireLc(wire: number): LinearCombination {
  return { wires: [wire], coefs: UNIT, constant: 0n };
}

export function isConstantLc(lc: LinearCombination): boolean {
  return lc.wires.length === 0;
}

/** Sums by wire, reused by every call: a marked wire holds a sum of the current call. */
const sums: bigint[] = [];
const marks: number[] = [];
let mark = 0;

/** `sum factor * lc` over the given terms, plus `constant`. */
export function combine(
  terms: Iterable<readonly [factor: bigint, lc: LinearCombination]>,
  constant = 0n,
): LinearCombination {
  const own = ++mark;
  const touched: number[] = [];
  let total = constant;
  for (const [factor, lc] of terms) {
    if (factor === 0n) continue;
    total += factor * lc.constant;
    const isOne = factor === 1n;
    for (let i = 0; i < lc.wires.length; i++) {
      const wire = lc.wires[i]!;
      // Coefficients that stay as they are stay the same object: a circuit has millions of them.
      const part = isOne ? lc.coefs[i]! : factor * lc.coefs[i]!;
      if (marks[wire] === own) sums[wire] = sums[wire]! + part;
      else {
        marks[wire] = own;
        sums[wire] = part;
        touched.push(wire);
      }
    }
  }
  touched.sort((a, b) => a - b);
  const wires: number[] = [];
  const coefs: bigint[] = [];
  for (const wire of touched) {
    const coef = toCentered(sums[wire]!);
    if (coef === 0n) continue;
    wires.push(wire);
    coefs.push(coef);
  }
  return { wires, coefs, constant: toCentered(total) };
}

export function addLc(a: LinearCombination, b: LinearCombination): LinearCombination {
  return combine([
    [1n, a],
    [1n, b],
  ]);
}

export function subLc(a: LinearCombination, b: LinearCombination): LinearCombination {
  return combine([
    [1n, a],
    [-1n, b],
  ]);
}

export function scaleLc(lc: LinearCombination, factor: bigint): LinearCombination {
  return combine([[factor, lc]]);
}

export function addConstant(lc: LinearCombination, constant: bigint): LinearCombination {
  return { ...lc, constant: toCentered(lc.constant + constant) };
}

/** Value of `lc` in [0, r) under an assignment of the wires (values in [0, r)). */
export function evaluateLc(lc: LinearCombination, values: readonly bigint[]): bigint {
  let sum = lc.constant;
  for (let i = 0; i < lc.wires.length; i++) sum += lc.coefs[i]! * values[lc.wires[i]!]!;
  return sum >= 0n && sum < FIELD_ORDER ? sum : toField(sum);
}

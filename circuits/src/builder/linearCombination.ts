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

export function constantLc(value: bigint): LinearCombination {
  return { wires: [], coefs: [], constant: toCentered(value) };
}

export function wireLc(wire: number): LinearCombination {
  return { wires: [wire], coefs: [1n], constant: 0n };
}

export function isConstantLc(lc: LinearCombination): boolean {
  return lc.wires.length === 0;
}

/** `sum factor * lc` over the given terms, plus `constant`. */
export function combine(
  terms: Iterable<readonly [factor: bigint, lc: LinearCombination]>,
  constant = 0n,
): LinearCombination {
  const sums = new Map<number, bigint>();
  let total = constant;
  for (const [factor, lc] of terms) {
    if (factor === 0n) continue;
    total += factor * lc.constant;
    for (let i = 0; i < lc.wires.length; i++) {
      const wire = lc.wires[i]!;
      sums.set(wire, (sums.get(wire) ?? 0n) + factor * lc.coefs[i]!);
    }
  }
  const wires: number[] = [];
  const coefs: bigint[] = [];
  for (const wire of [...sums.keys()].sort((a, b) => a - b)) {
    const coef = toCentered(sums.get(wire)!);
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

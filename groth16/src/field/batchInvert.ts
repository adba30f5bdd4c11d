import type { Field } from "./PrimeField.ts";

/** Inverts every element in place with one inversion (Montgomery's trick); zeros stay zero. */
export function batchInvert<T>(field: Field<T>, values: T[]): void {
  const prefix = new Array<T>(values.length);
  let product = field.one;
  for (let i = 0; i < values.length; i++) {
    prefix[i] = product;
    if (!field.isZero(values[i]!)) product = field.mul(product, values[i]!);
  }
  let inverse = field.inv(product);
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i]!;
    if (field.isZero(value)) continue;
    values[i] = field.mul(inverse, prefix[i]!);
    inverse = field.mul(inverse, value);
  }
}

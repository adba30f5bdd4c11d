import { LaneRangeError, WitnessError } from "../errors.ts";
import { laneMaximum, laneMinimum, type TensorSpec } from "../statement/tensorSpec.ts";

/**
 * The integers that stand for real input values: `round(x * 2^scale)` with the tensor's or the element's own scale.
 * @throws LaneRangeError for a value outside the declared range, WitnessError for a wrong count or a value that is no number.
 */
export function encodeInput(values: readonly number[], spec: TensorSpec): bigint[] {
  if (values.length !== spec.count) {
    throw new WitnessError(`the model takes ${spec.count} input values, ${values.length} were given`);
  }
  const [minimum, maximum] = [laneMinimum(spec), laneMaximum(spec)];
  return values.map((x, index) => {
    if (!Number.isFinite(x)) throw new WitnessError(`input ${index} is ${x}: give a finite number`);
    const value = BigInt(Math.round(x * 2 ** (spec.scales?.[index] ?? spec.scale)));
    if (value < minimum || value > maximum) throw new LaneRangeError({ index, value, minimum, maximum });
    return value;
  });
}

/** The real values of a tensor's integers. */
export function decodeTensor(values: readonly bigint[], spec: TensorSpec): number[] {
  return values.map((value, index) => Number(value) / 2 ** (spec.scales?.[index] ?? spec.scale));
}

import { LaneRangeError } from "../errors.ts";
import { laneMaximum, laneMinimum, lanesPerWord, packedWords, type TensorSpec } from "./tensorSpec.ts";

type LaneFormat = Pick<TensorSpec, "bits" | "isSigned">;

/**
 * Packs integers into words below 2^248: lane = value - minimum, little end first.
 * Throws {@link LaneRangeError} with the index, the value and the range of the first that does not fit.
 */
export function packTensor(values: readonly bigint[], format: LaneFormat): bigint[] {
  const { bits } = format;
  const [minimum, maximum] = [laneMinimum(format), laneMaximum(format)];
  const perWord = lanesPerWord(bits);
  const words = new Array<bigint>(packedWords({ count: values.length, bits })).fill(0n);
  for (const [index, value] of values.entries()) {
    if (value < minimum || value > maximum) throw new LaneRangeError({ index, value, minimum, maximum });
    const word = Math.floor(index / perWord);
    words[word] = words[word]! | ((value - minimum) << BigInt(bits * (index % perWord)));
  }
  return words;
}

/** The `count` integers that {@link packTensor} packed into `words`. */
export function unpackTensor(words: readonly bigint[], format: LaneFormat & { count: number }): bigint[] {
  const { bits, count } = format;
  const perWord = lanesPerWord(bits);
  const minimum = laneMinimum(format);
  const mask = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, index) => {
    const word = words[Math.floor(index / perWord)];
    if (word === undefined)
      throw new RangeError(`${words.length} words hold fewer than ${count} lanes of ${bits} bits`);
    return ((word >> BigInt(bits * (index % perWord))) & mask) + minimum;
  });
}

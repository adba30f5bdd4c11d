import { QuantizationError } from "../errors.ts";
import { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { AffineRow, Lane } from "../integer/IntegerOp.ts";
import type { PiecewiseTable } from "../integer/PiecewiseTable.ts";
import type { ValueType } from "../onnx/PreparedGraph.ts";
import { type CalibratedExtremes, CalibrationRecord } from "./CalibrationRecord.ts";
import type { ValueRange } from "./calibrate.ts";
import { exactScale } from "./exactScale.ts";
import type { QuantizationOptions } from "./QuantizationOptions.ts";
import { laneExpression, type RealExpression } from "./RealExpression.ts";
import { scaledInteger } from "./scaledInteger.ts";
import { Trace } from "./Trace.ts";

/** Lanes that share one scale. */
export interface ScaledLanes {
  readonly lanes: readonly Lane[];
  readonly scale: number;
}

/** How much wider than rounding needs an exact form may be and still be preferred. */
const EXACT_ALLOWANCE = 8;

/**
 * Bits by which worst cases may exceed what calibration saw before values are limited, and the bits that they then keep.
 */
export const HEADROOM = { most: 8, kept: 5 };

/** Terms from which on a known lane is used in place of an expression. */
const WORTH_KNOWING = 8;

/**
 * Grows an integer graph from real-valued expressions: keeps every lane's scale (real = integer / 2^scale), follows the
 * calibration samples through the integers, and decides how finely an affine form is rounded.
 */
export class Quantizer {
  readonly graph = new IntegerGraph();
  readonly options: QuantizationOptions;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #scales: number[] = [];
  /** Largest magnitude, as an integer, that the samples give the tensor that a lane belongs to; at least 1. */
  readonly #magnitudes: number[] = [];
  /** Lanes that long expressions were brought to. */
  readonly #known = new WeakMap<RealExpression, RealExpression>();
  /** Integer weights by shift and real weight: convolutions repeat the same few at every position. */
  readonly #integers = new Map<number, Map<number, bigint>>();
  readonly #trace = new Trace(this.graph, (lane) => this.scale(lane));

  readonly #record: CalibrationRecord;

  /** `calibrated`: the record of an earlier run, which then takes the samples' place. */
  constructor(
    options: QuantizationOptions,
    types: ReadonlyMap<string, ValueType>,
    calibrated?: CalibratedExtremes,
  ) {
    this.options = options;
    this.#types = types;
    this.#record = new CalibrationRecord(calibrated);
  }

  /** What the samples were asked for, once the whole model is lowered. */
  finishCalibration(): CalibratedExtremes {
    return this.#record.finish();
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

  /** Declares the input lanes and the calibration samples' integers on them. */
  describeInputs(lanes: readonly Lane[], scales: readonly number[], samples: readonly (readonly bigint[])[]) {
    for (const [i, lane] of lanes.entries()) this.#scales[lane] = scales[i]!;
    this.#trace.begin(lanes, samples);
    for (const lane of lanes) this.#keepMagnitude([lane]);
  }

  /** Declares the scale of the lanes that the graph's last operation made. */
  describe(lanes: readonly Lane[], scale: number): Lane[] {
    for (const lane of lanes) this.#scales[lane] = scale;
    this.#trace.followLastOperation();
    this.#keepMagnitude(lanes);
    return [...lanes];
  }

  #keepMagnitude(lanes: readonly Lane[]): void {
    const [most] = this.#record.ask(1, () => [
      lanes.reduce((m, lane) => Math.max(m, this.#trace.magnitude(lane) * 2 ** this.scale(lane)), 1),
    ]);
    for (const lane of lanes) this.#magnitudes[lane] = most!;
  }

  /** Least and greatest value that the calibration samples give any of `elements`. */
  calibratedRange(elements: readonly RealExpression[]): ValueRange {
    if (elements.length === 0) return this.#trace.range(elements);
    const [min, max] = this.#record.ask(2, () => {
      const range = this.#trace.range(elements);
      return [range.min, range.max];
    });
    return { min: min!, max: max! };
  }

  /** Largest absolute value that the calibration samples give any of `elements`, never 0. */
  calibratedMagnitude(elements: readonly RealExpression[]): number {
    const { min, max } = this.calibratedRange(elements);
    return Math.max(Math.abs(min), Math.abs(max)) || 1;
  }

  /** Least and greatest value that any of `elements` takes for any input in the declared range. */
  worstCase(elements: readonly RealExpression[]): ValueRange {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { lanes, weights, bias } of elements) {
      let [lo, hi] = [bias, bias];
      for (const [i, lane] of lanes.entries()) {
        const weight = weights[i]! * 2 ** -this.scale(lane);
        const [x, y] = [weight * Number(this.graph.lo(lane)), weight * Number(this.graph.hi(lane))];
        lo += Math.min(x, y);
        hi += Math.max(x, y);
      }
      min = Math.min(min, lo);
      max = Math.max(max, hi);
    }
    return { min, max };
  }

  /** The scale at which `magnitude` takes `bits` bits. */
  scaleFor(magnitude: number, bits: number): number {
    return bits - Math.ceil(Math.log2(magnitude));
  }

  /**
   * The scale, at least `resolution`, at which rounding the weights of `elements` disturbs their sums by about
   * 2^-resolution: a weight's rounding error (2^-scale / 2) is multiplied by its lane's integer, and the errors of a
   * sum add as squares. Where the elements have an exact form that is not much wider, its scale.
   */
  accumulatorScale(elements: readonly RealExpression[], resolution: number): number {
    let worst = 0;
    for (const { lanes } of elements) {
      let squares = 0;
      for (const lane of lanes) squares += this.#magnitudes[lane]! ** 2;
      worst = Math.max(worst, squares);
    }
    const guard = worst === 0 ? 0 : Math.ceil(Math.log2(Math.sqrt(worst) / 2));
    const rounded = resolution + Math.max(0, guard);
    return (
      exactScale(elements, (lane) => this.scale(lane), Math.max(rounded, resolution + EXACT_ALLOWANCE)) ??
      rounded
    );
  }

  /** Lanes with the values of `elements`, exact or disturbed by about 2^-resolution. No rounding constraints. */
  accumulate(elements: readonly RealExpression[], resolution: number): ScaledLanes {
    const scale = this.accumulatorScale(elements, resolution);
    return { lanes: this.lanesAt(elements, scale), scale };
  }

  /** {@link accumulate} with `bits` bits for the calibrated magnitude. */
  accumulateBits(elements: readonly RealExpression[], bits: number): ScaledLanes {
    return this.accumulate(elements, this.scaleFor(this.calibratedMagnitude(elements), bits));
  }

  /** The elements, those that are known as a lane being that lane: a shorter form of (nearly) the same number. */
  shortest(elements: readonly RealExpression[]): readonly RealExpression[] {
    return elements.some((element) => this.#known.has(element))
      ? elements.map((element) => this.#known.get(element) ?? element)
      : elements;
  }

  /** Lanes with the integers of `elements` at `scale`; an element that is a lane of that scale stays that lane. */
  lanesAt(elements: readonly RealExpression[], scale: number): Lane[] {
    const rows: AffineRow[] = [];
    const isOwnLane = elements.map((element) => isLane(element) && this.scale(element.lanes[0]!) === scale);
    for (const [i, element] of elements.entries()) if (!isOwnLane[i]) rows.push(this.#row(element, scale));
    const made = rows.length === 0 ? [] : this.describe(this.graph.affine(rows), scale);
    let next = 0;
    return elements.map((element, i) => {
      if (isOwnLane[i]) return element.lanes[0]!;
      const lane = made[next++]!;
      if (element.lanes.length >= WORTH_KNOWING) this.#known.set(element, laneExpression(lane));
      return lane;
    });
  }

  /**
   * `lanes` rounded to the scale at which their calibrated magnitude takes `bits` bits; as they are where that is finer.
   * Where the worst case is beyond 2^8 times the calibrated magnitude, they are also held within 2^5 times it.
   */
  narrow({ lanes, scale }: ScaledLanes, bits: number): ScaledLanes {
    const magnitude = Math.max(...lanes.map((lane) => this.#magnitudes[lane]!)) * 2 ** -scale;
    const shift = Math.max(0, scale - this.scaleFor(magnitude, bits));
    const isWide = lanes.some((lane) => {
      const limit = 1n << BigInt(shift + bits + HEADROOM.most);
      return this.graph.hi(lane) > limit || this.graph.lo(lane) < -limit;
    });
    if (shift === 0 && !isWide) return { lanes, scale };
    const made = isWide
      ? this.graph.piecewise(lanes, shift, clampTable(bits + HEADROOM.kept))
      : this.graph.rescale(lanes, shift);
    return { lanes: this.describe(made, scale - shift), scale: scale - shift };
  }

  #integer(weight: number, shift: number): bigint {
    let known = this.#integers.get(shift);
    if (!known) {
      known = new Map();
      this.#integers.set(shift, known);
    }
    let integer = known.get(weight);
    if (integer === undefined) {
      integer = scaledInteger(weight, shift);
      known.set(weight, integer);
    }
    return integer;
  }

  #row({ lanes, weights, bias }: RealExpression, scale: number): AffineRow {
    const kept: Lane[] = [];
    const integers: bigint[] = [];
    for (const [i, lane] of lanes.entries()) {
      const weight = this.#integer(weights[i]!, scale - this.scale(lane));
      if (weight === 0n) continue;
      kept.push(lane);
      integers.push(weight);
    }
    return { lanes: kept, weights: integers, bias: scaledInteger(bias, scale) };
  }
}

/** The identity on [-2^bits, 2^bits), held at its ends outside. */
function clampTable(bits: number): PiecewiseTable {
  const end = 1n << BigInt(bits);
  return {
    start: -end,
    segmentBits: 0,
    localBits: bits + 1,
    coefs: [[-end, 1n]],
    below: -end,
    above: end - 1n,
  };
}

function isLane({ lanes, weights, bias }: RealExpression): boolean {
  return lanes.length === 1 && weights[0] === 1 && bias === 0;
}

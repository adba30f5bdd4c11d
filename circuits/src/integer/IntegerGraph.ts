import { QuantizationError } from "../errors.ts";
import { floorDivide } from "./floorDivide.ts";
import type { AffineRow, InputRange, IntegerOp, Lane } from "./IntegerOp.ts";
import { integerSquareRoot } from "./integerSquareRoot.ts";
import { domainBits, type PiecewiseTable, piecewiseBounds } from "./PiecewiseTable.ts";
import { roundShift } from "./roundShift.ts";

type OpBody = IntegerOp extends infer O ? (O extends IntegerOp ? Omit<O, "layer" | "first"> : never) : never;

/**
 * Builds an integer graph and bounds every lane by worst-case interval arithmetic from the declared input range,
 * in bigints: whatever the input, a lane's integer lies in [lo, hi].
 */
export class IntegerGraph {
  readonly ops: IntegerOp[] = [];
  readonly #lo: bigint[] = [];
  readonly #hi: bigint[] = [];
  #layer = "model";

  get laneCount(): number {
    return this.#lo.length;
  }

  lo(lane: Lane): bigint {
    return this.#lo[lane]!;
  }

  hi(lane: Lane): bigint {
    return this.#hi[lane]!;
  }

  /** Names the layer that operations added by `body` belong to. */
  inLayer<T>(layer: string, body: () => T): T {
    const outer = this.#layer;
    this.#layer = layer;
    try {
      return body();
    } finally {
      this.#layer = outer;
    }
  }

  /** The model's input: the graph's first operation. */
  input(lanes: readonly InputRange[]): Lane[] {
    return this.#add(
      { kind: "input", lanes },
      lanes.map(({ bits, minimum }): Bounds => [minimum, minimum + (1n << BigInt(bits)) - 1n]),
    );
  }

  affine(rows: readonly AffineRow[]): Lane[] {
    const bounds = rows.map(({ lanes, weights, bias }): Bounds => {
      let [lo, hi] = [bias, bias];
      for (let i = 0; i < lanes.length; i++) {
        const weight = weights[i]!;
        const [low, high] =
          weight < 0n ? [this.hi(lanes[i]!), this.lo(lanes[i]!)] : [this.lo(lanes[i]!), this.hi(lanes[i]!)];
        lo += weight * low;
        hi += weight * high;
      }
      return [lo, hi];
    });
    return this.#add({ kind: "affine", rows }, bounds);
  }

  /** Lanes that hold the given constants. */
  constants(values: readonly bigint[]): Lane[] {
    return this.affine(values.map((bias) => ({ lanes: [], weights: [], bias })));
  }

  product(a: readonly Lane[], b: readonly Lane[]): Lane[] {
    sameLength("product", a, b);
    const bounds = a.map((lane, i): Bounds => {
      const [x, y] = [lane, b[i]!];
      if (x === y) return squareBounds(this.lo(x), this.hi(x));
      return hull([
        this.lo(x) * this.lo(y),
        this.lo(x) * this.hi(y),
        this.hi(x) * this.lo(y),
        this.hi(x) * this.hi(y),
      ]);
    });
    return this.#add({ kind: "product", a, b }, bounds);
  }

  rescale(x: readonly Lane[], shift: number): Lane[] {
    const bounds = x.map(
      (lane): Bounds => [roundShift(this.lo(lane), shift), roundShift(this.hi(lane), shift)],
    );
    return this.#add({ kind: "rescale", x, shift }, bounds);
  }

  relu(x: readonly Lane[], shift: number, limitBits?: number): Lane[] {
    const limit = limitBits === undefined ? undefined : (1n << BigInt(limitBits)) - 1n;
    const clamp = (y: bigint): bigint => (y < 0n ? 0n : limit !== undefined && y > limit ? limit : y);
    const bounds = x.map(
      (lane): Bounds => [clamp(roundShift(this.lo(lane), shift)), clamp(roundShift(this.hi(lane), shift))],
    );
    return this.#add({ kind: "relu", x, shift, limitBits }, bounds);
  }

  bits(x: readonly Lane[], width: number): Lane[] {
    for (const lane of x) {
      if (this.lo(lane) < 0n || this.hi(lane) >> BigInt(width) !== 0n) {
        throw new QuantizationError(
          `[${this.lo(lane)}, ${this.hi(lane)}] does not fit ${width} unsigned bits: shift it first or ask for more`,
        );
      }
    }
    return this.#add({ kind: "bits", x, width }, Array(x.length * width).fill([0n, 1n]));
  }

  divide(a: readonly Lane[], b: readonly Lane[]): Lane[] {
    sameLength("divide", a, b);
    const bounds = a.map((lane, i): Bounds => {
      const [least, most] = [this.lo(b[i]!), this.hi(b[i]!)];
      if (least <= 0n)
        throw new QuantizationError(`division by [${least}, ${most}]: bound it away from 0 first`);
      const [lo, hi] = [this.lo(lane), this.hi(lane)];
      return [floorDivide(lo, lo < 0n ? least : most), floorDivide(hi, hi < 0n ? most : least)];
    });
    return this.#add({ kind: "divide", a, b }, bounds);
  }

  squareRoot(x: readonly Lane[]): Lane[] {
    const bounds = x.map((lane): Bounds => {
      if (this.lo(lane) < 0n) {
        throw new QuantizationError(
          `square root of [${this.lo(lane)}, ${this.hi(lane)}]: bound it below first`,
        );
      }
      return [integerSquareRoot(this.lo(lane)), integerSquareRoot(this.hi(lane))];
    });
    return this.#add({ kind: "squareRoot", x }, bounds);
  }

  isZero(x: readonly Lane[]): Lane[] {
    const bounds = x.map((lane): Bounds => {
      const [lo, hi] = [this.lo(lane), this.hi(lane)];
      return lo > 0n || hi < 0n ? [0n, 0n] : lo === 0n && hi === 0n ? [1n, 1n] : [0n, 1n];
    });
    return this.#add({ kind: "isZero", x }, bounds);
  }

  piecewise(x: readonly Lane[], shift: number, table: PiecewiseTable): Lane[] {
    if (table.coefs.length !== 1 << table.segmentBits || domainBits(table) > 64) {
      throw new QuantizationError(
        `a table of ${table.coefs.length} segments over ${domainBits(table)} bits: use 2^segmentBits segments and at most 64 bits`,
      );
    }
    const bounds = x.map((lane): Bounds => {
      const { lo, hi } = piecewiseBounds(
        table,
        roundShift(this.lo(lane), shift),
        roundShift(this.hi(lane), shift),
      );
      return [lo, hi];
    });
    return this.#add({ kind: "piecewise", x, shift, table }, bounds);
  }

  atLeast(a: readonly Lane[], b: readonly Lane[]): Lane[] {
    sameLength("atLeast", a, b);
    const bounds = a.map((lane, i): Bounds => {
      const always = this.lo(lane) >= this.hi(b[i]!);
      const never = this.hi(lane) < this.lo(b[i]!);
      return always ? [1n, 1n] : never ? [0n, 0n] : [0n, 1n];
    });
    return this.#add({ kind: "atLeast", a, b }, bounds);
  }

  /** One lane for each threshold. */
  thresholds(x: Lane, thresholds: readonly bigint[]): Lane[] {
    if (thresholds.some((threshold, i) => i > 0 && threshold <= thresholds[i - 1]!)) {
      throw new QuantizationError("thresholds must ascend: sort them and drop repetitions");
    }
    const bounds = thresholds.map((threshold): Bounds => {
      return this.lo(x) >= threshold ? [1n, 1n] : this.hi(x) < threshold ? [0n, 0n] : [0n, 1n];
    });
    return this.#add({ kind: "thresholds", x, thresholds }, bounds);
  }

  select(condition: readonly Lane[], a: readonly Lane[], b: readonly Lane[]): Lane[] {
    sameLength("select", a, b);
    sameLength("select", a, condition);
    for (const lane of condition) {
      if (this.lo(lane) < 0n || this.hi(lane) > 1n) {
        throw new QuantizationError(
          `select needs conditions in {0, 1}; one lies in [${this.lo(lane)}, ${this.hi(lane)}]`,
        );
      }
    }
    const bounds = a.map((lane, i) => hull([this.lo(lane), this.hi(lane), this.lo(b[i]!), this.hi(b[i]!)]));
    return this.#add({ kind: "select", condition, a, b }, bounds);
  }

  maximum(groups: readonly (readonly Lane[])[]): Lane[] {
    const bounds = groups.map(
      (group): Bounds => [
        group.map((lane) => this.lo(lane)).reduce((x, y) => (x > y ? x : y)),
        group.map((lane) => this.hi(lane)).reduce((x, y) => (x > y ? x : y)),
      ],
    );
    return this.#add({ kind: "maximum", groups }, bounds);
  }

  argmax(groups: readonly (readonly Lane[])[], tie: "first" | "last"): Lane[] {
    return this.#add(
      { kind: "argmax", groups, tie },
      groups.map((group): Bounds => [0n, BigInt(group.length - 1)]),
    );
  }

  #add(body: OpBody, bounds: readonly Bounds[]): Lane[] {
    const first = this.laneCount;
    this.ops.push({ layer: this.#layer, first, ...body } as IntegerOp);
    for (const [lo, hi] of bounds) {
      this.#lo.push(lo);
      this.#hi.push(hi);
    }
    return bounds.map((_, i) => first + i);
  }
}

type Bounds = readonly [lo: bigint, hi: bigint];

function hull(values: readonly bigint[]): Bounds {
  return [values.reduce((x, y) => (x < y ? x : y)), values.reduce((x, y) => (x > y ? x : y))];
}

function squareBounds(lo: bigint, hi: bigint): Bounds {
  const [, high] = hull([lo * lo, hi * hi]);
  return [lo <= 0n && hi >= 0n ? 0n : hull([lo * lo, hi * hi])[0], high];
}

function sameLength(name: string, a: readonly Lane[], b: readonly Lane[]): void {
  if (a.length !== b.length) throw new QuantizationError(`${name} of ${a.length} and ${b.length} lanes`);
}

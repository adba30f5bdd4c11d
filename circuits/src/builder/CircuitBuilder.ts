import { GadgetError } from "../errors.ts";
import { FIELD_ORDER } from "../field/scalarField.ts";
import {
  addConstant,
  constantLc,
  isConstantLc,
  type LinearCombination,
  scaleLc,
  wireLc,
} from "./linearCombination.ts";
import type { InputLane, WitnessStep } from "./witnessProgram.ts";
import { EVALUATION_WIRE } from "./witnessProgram.ts";

/** What a constraint is spent on; the fidelity report sums by it. */
export type Cause = "range" | "select" | "hash" | "linear" | "statement";

/** `a * b = c` */
export interface Constraint {
  readonly a: LinearCombination;
  readonly b: LinearCombination;
  readonly c: LinearCombination;
}

/** Constraints by layer and cause, in the order of first use. */
export interface CostEntry {
  readonly layer: string;
  readonly cause: Cause;
  constraints: number;
}

/** Splits of combinations with the same terms, by constant and width. */
interface SplitsOfTerms {
  readonly coefs: readonly bigint[];
  readonly splits: Map<string, LinearCombination[]>;
}

/**
 * Collects the constraints of one circuit together with the steps that compute its wires. Wires 0..3 are the
 * constant 1 and the public signals [digest, challenge, evaluation].
 */
export class CircuitBuilder {
  readonly constraints: Constraint[] = [];
  readonly steps: WitnessStep[] = [];
  readonly lanes: InputLane[] = [];
  readonly costs: CostEntry[] = [];
  /** Splits made so far, by the identity of a combination's arrays and then by its constant and width. */
  readonly #splits = new WeakMap<readonly number[], SplitsOfTerms>();
  #wireCount = EVALUATION_WIRE + 1;
  #layer = "statement";

  get wireCount(): number {
    return this.#wireCount;
  }

  /** Attributes the constraints that `body` adds to `layer`. */
  inLayer<T>(layer: string, body: () => T): T {
    const outer = this.#layer;
    this.#layer = layer;
    try {
      return body();
    } finally {
      this.#layer = outer;
    }
  }

  newWire(): number {
    return this.#wireCount++;
  }

  newWires(count: number): number {
    const first = this.#wireCount;
    this.#wireCount += count;
    return first;
  }

  step(step: WitnessStep): void {
    this.steps.push(step);
  }

  /** Adds `a * b = c`. A constraint between constants is checked here and adds nothing. */
  constrain(cause: Cause, a: LinearCombination, b: LinearCombination, c: LinearCombination): void {
    if (isConstantLc(a) && isConstantLc(b) && isConstantLc(c)) {
      if ((a.constant * b.constant - c.constant) % FIELD_ORDER !== 0n) {
        throw new GadgetError("a constraint between constants does not hold");
      }
      return;
    }
    this.constraints.push({ a, b, c });
    const layer = this.#layer;
    const entry = this.costs.findLast((e) => e.layer === layer && e.cause === cause);
    if (entry) entry.constraints++;
    else this.costs.push({ layer, cause, constraints: 1 });
  }

  /** `a * b` as a linear combination: one constraint and one wire, or none when a factor is constant. */
  product(cause: Cause, a: LinearCombination, b: LinearCombination): LinearCombination {
    if (isConstantLc(a)) return scaleLc(b, a.constant);
    if (isConstantLc(b)) return scaleLc(a, b.constant);
    const out = this.newWire();
    this.step({ op: "product", a, b, out });
    this.constrain(cause, a, b, wireLc(out));
    return wireLc(out);
  }

  /** A wire equal to `lc`: one linear constraint, which keeps long combinations from being repeated. */
  materialize(lc: LinearCombination): LinearCombination {
    if (lc.wires.length <= 1) return lc;
    const out = this.newWire();
    this.step({ op: "assign", source: lc, out });
    this.constrain("linear", lc, constantLc(1n), wireLc(out));
    return wireLc(out);
  }

  /** The bits of `lc` where it was already split into `width` bits. */
  knownBits(lc: LinearCombination, width: number): LinearCombination[] | undefined {
    const known = this.#splits.get(lc.wires);
    return known?.coefs === lc.coefs ? known.splits.get(`${lc.constant}:${width}`) : undefined;
  }

  /** Remembers a split, so that every gadget that needs these bits shares them. */
  rememberBits(lc: LinearCombination, bits: LinearCombination[]): LinearCombination[] {
    // The arrays of a combination are never changed, so two that share both share all terms; only constants differ.
    const known = this.#splits.get(lc.wires);
    const splits = known?.coefs === lc.coefs ? known.splits : new Map<string, LinearCombination[]>();
    splits.set(`${lc.constant}:${bits.length}`, bits);
    this.#splits.set(lc.wires, { coefs: lc.coefs, splits });
    return bits;
  }

  /** Enforces `bit` in {0, 1}. */
  assertBoolean(bit: LinearCombination): void {
    this.constrain("range", bit, addConstant(bit, -1n), constantLc(0n));
  }
}

import { CircuitBuilder, type Constraint } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { calculateWitness } from "../../../circuits/src/builder/calculateWitness.ts";
import { type LinearCombination, wireLc } from "../../../circuits/src/builder/linearCombination.ts";
import { type Signal, signal } from "../../../circuits/src/builder/Signal.ts";
import { toField } from "../../../circuits/src/field/scalarField.ts";
import { argmax, maximum } from "../../../circuits/src/gadgets/argmax.ts";
import { atLeast } from "../../../circuits/src/gadgets/compare.ts";
import { decompose } from "../../../circuits/src/gadgets/decompose.ts";
import { divide } from "../../../circuits/src/gadgets/divide.ts";
import { inputLane } from "../../../circuits/src/gadgets/inputLane.ts";
import { isZero } from "../../../circuits/src/gadgets/isZero.ts";
import { piecewise } from "../../../circuits/src/gadgets/piecewise.ts";
import { poseidonSpongeGadget } from "../../../circuits/src/gadgets/poseidon.ts";
import { relu } from "../../../circuits/src/gadgets/relu.ts";
import { rescale } from "../../../circuits/src/gadgets/rescale.ts";
import { select } from "../../../circuits/src/gadgets/select.ts";
import { signedBits } from "../../../circuits/src/gadgets/signBit.ts";
import { squareRoot } from "../../../circuits/src/gadgets/squareRoot.ts";
import { commitmentGadget, packSignals, statementGadget } from "../../../circuits/src/gadgets/statement.ts";
import { poseidonParameters } from "../../../circuits/src/poseidon/parameters.ts";
import { SPONGE_RATE } from "../../../circuits/src/poseidon/sponge.ts";
import type { LaneRange } from "../support/gadgetHarness.ts";
import { SLOPED_TABLE, signed, TABLE, unsigned } from "./gadgetCases.ts";

/** A gadget beside the template that specifies it, and how their wires correspond. */
export interface SpecCase {
  readonly name: string;
  readonly file: string;
  /** The instance of the template, as circom source. */
  readonly template: string;
  /**
   * Ranges that the gadget may rely on (not enforced here: the gadget and the template get bare input wires).
   */
  readonly ranges: readonly LaneRange[];
  build(builder: CircuitBuilder, inputs: readonly Signal[]): readonly LinearCombination[];
  /** The circom signal of every wire from the first input on, in the builder's order. */
  readonly signals: readonly string[];
  /** The circom signal of every output. */
  readonly outputs: readonly string[];
  /** The inputs are v of the statement, and wires 1..3 are its public signals. */
  readonly isStatement?: boolean;
}

/** A gadget with bare inputs: nothing but its own constraints. */
export interface BareGadget {
  readonly constraints: readonly Constraint[];
  readonly outputs: readonly LinearCombination[];
  /** Wires of the honest witness, up to the gadget's last one. */
  run(inputs: readonly bigint[]): bigint[];
}

/** Bits of a lane that takes any field element. */
const FIELD_BITS = 254;

/** Builds a case's gadget without input range checks. */
export function bareGadget(spec: SpecCase): BareGadget {
  const builder = new CircuitBuilder();
  const inputs = spec.ranges.map(({ bits, minimum }) => {
    const wire = builder.newWire();
    builder.lanes.push({ wire, minimum: 0n, bits: FIELD_BITS });
    return signal(wireLc(wire), minimum, minimum + (1n << BigInt(bits)) - 1n);
  });
  const outputs = spec.build(builder, inputs);
  const constraints = builder.constraints.slice();
  const gadgetWires = builder.wireCount;
  // The witness runner needs a statement: one of its own behind the gadget, unless the gadget is the
  // statement.
  const contextWire = builder.newWire();
  const lanes = builder.lanes.map(({ wire }) => wireLc(wire));
  const statement = spec.isStatement ? lanes : [wireLc(contextWire), lanes[0]!];
  if (!spec.isStatement) statementGadget(builder, statement);
  return {
    constraints,
    outputs,
    run(values) {
      const { lanes, steps, wireCount } = builder;
      const witness = calculateWitness(
        { lanes, steps, wireCount, contextWire, statement, outputs: [] },
        {
          inputs: values.map((value, i) => (lanes[i]!.bits === FIELD_BITS ? toField(value) : value)),
          drawChallenge: () => 987654321987654321n,
        },
      );
      return witness.wires.slice(0, gadgetWires);
    },
  };
}

/** `name[from]` ... `name[to]`. */
const array = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${name}[${from + i}]`);

/** The wires of a split into `width` bits: bit 0 is none. */
const bits = (component: string, width: number) => array(`${component}bits`, 1, width - 1);

/** The S-box wires of a sponge over `length` elements. The first S-box is of a constant and needs none. */
function spongeSignals(component: string, length: number): string[] {
  const chunks = Math.ceil(length / SPONGE_RATE);
  return Array.from({ length: chunks }, (_, chunk) => {
    const isLast = chunk === chunks - 1;
    const width = isLast ? length - SPONGE_RATE * chunk + 1 : SPONGE_RATE + 1;
    const name = isLast ? `${component}final` : `${component}full[${chunk}]`;
    const boxes = 8 * width + poseidonParameters(width).partialRounds;
    return array("", 0, boxes - 1)
      .slice(chunk === 0 ? 1 : 0)
      .flatMap((index) => ["square", "fourth", "fifth"].map((power) => `${name}.${power}${index}`));
  }).flat();
}

/** The sponge parameters of a template over `length` elements, as circom source. */
function spongeArguments(length: number): string {
  const last = ((length - 1) % SPONGE_RATE) + 1;
  const source = (width: number) => {
    const { partialRounds, roundConstants, mds } = poseidonParameters(width);
    const matrix = (rows: readonly (readonly bigint[])[]) => `[${rows.map((row) => `[${row}]`)}]`;
    return `${partialRounds}, ${matrix(roundConstants)}, ${matrix(mds)}`;
  };
  return `${length > SPONGE_RATE ? source(SPONGE_RATE + 1) : "0, [[0]], [[0]]"}, ${source(last + 1)}`;
}

const lcs = (signals: readonly Signal[]) => signals.map(({ lc }) => lc);

export const SPEC_CASES: readonly SpecCase[] = [
  {
    name: "inputLane",
    file: "inputLane.circom",
    template: "InputLane(8, -128)",
    ranges: [],
    build: (builder) => [inputLane(builder, 8, -128n).lc],
    signals: ["lane", ...bits("split.", 8)],
    outputs: ["value"],
  },
  {
    name: "decompose",
    file: "decompose.circom",
    template: "Decompose(6)",
    ranges: [unsigned(6)],
    build: (builder, [x]) => decompose(builder, x!.lc, 6),
    signals: ["in", ...bits("", 6)],
    outputs: array("bits", 0, 5),
  },
  {
    name: "signBit",
    file: "signBit.circom",
    template: "SignBits(7)",
    ranges: [signed(8)],
    build: (builder, [x]) => {
      const { isNonNegative, low } = signedBits(builder, x!);
      return [isNonNegative, ...low];
    },
    signals: ["in", ...bits("split.", 8)],
    outputs: ["nonNegative", ...array("low", 0, 6)],
  },
  {
    name: "rescale",
    file: "rescale.circom",
    template: "Rescale(3, -64, 11)",
    ranges: [signed(10)],
    build: (builder, [x]) => [rescale(builder, x!, 3).lc],
    signals: ["in", ...bits("split.", 11)],
    outputs: ["out"],
  },
  {
    name: "relu",
    file: "relu.circom",
    template: "Relu(3, 10)",
    ranges: [signed(10)],
    build: (builder, [x]) => [relu(builder, x!, 3).lc],
    signals: ["in", ...bits("split.split.", 11), "out"],
    outputs: ["out"],
  },
  {
    name: "relu with a limit",
    file: "clippedRelu.circom",
    template: "ClippedRelu(3, 10, 4)",
    ranges: [signed(10)],
    build: (builder, [x]) => [relu(builder, x!, 3, 4).lc],
    signals: ["in", ...bits("split.split.", 11), "within.inverse", "within.product", "limited.moved", "out"],
    outputs: ["out"],
  },
  {
    name: "divide",
    file: "divide.circom",
    template: "Divide(-128, 8, 4)",
    ranges: [signed(8), { bits: 4, minimum: 1n }],
    build: (builder, [a, b]) => [divide(builder, a!, b!).lc],
    signals: [
      "a",
      "b",
      "quotient",
      ...bits("inRange.", 8),
      "product",
      ...bits("notNegative.", 4),
      ...bits("belowDivisor.", 4),
    ],
    outputs: ["out"],
  },
  {
    name: "squareRoot",
    file: "squareRoot.circom",
    template: "SquareRoot(5)",
    ranges: [unsigned(9)],
    build: (builder, [x]) => [squareRoot(builder, x!).lc],
    signals: ["in", "out", ...bits("inRange.", 5), "square", ...bits("rest.", 6), ...bits("room.", 6)],
    outputs: ["out"],
  },
  {
    name: "select",
    file: "select.circom",
    template: "Select()",
    ranges: [unsigned(1), signed(6), signed(6)],
    build: (builder, [bit, a, b]) => [select(builder, bit!.lc, a!, b!).lc],
    signals: ["bit", "a", "b", "moved"],
    outputs: ["out"],
  },
  {
    name: "atLeast",
    file: "atLeast.circom",
    template: "AtLeast(6)",
    ranges: [signed(6), signed(6)],
    build: (builder, [a, b]) => [atLeast(builder, a!, b!)],
    signals: ["a", "b", ...bits("difference.split.", 7)],
    outputs: ["out"],
  },
  {
    name: "isZero",
    file: "isZero.circom",
    template: "IsZero()",
    ranges: [signed(6)],
    build: (builder, [x]) => [isZero(builder, x!.lc)],
    signals: ["in", "inverse", "product"],
    outputs: ["out"],
  },
  ...(["first", "last"] as const).map(
    (tie): SpecCase => ({
      name: `argmax (${tie} of equals)`,
      file: "argmax.circom",
      template: `Argmax(3, 5, ${tie === "last" ? 1 : 0})`,
      ranges: [signed(5), signed(5), signed(5)],
      build: (builder, xs) => [argmax(builder, xs, tie).lc],
      signals: [
        ...array("in", 0, 2),
        ...bits("wins[1].difference.split.", 6),
        "best[1].moved",
        ...bits("wins[2].difference.split.", 6),
        "index[2].moved",
      ],
      outputs: ["out"],
    }),
  ),
  {
    name: "maximum",
    file: "maximum.circom",
    template: "Maximum(3, 5)",
    ranges: [signed(5), signed(5), signed(5)],
    build: (builder, xs) => [maximum(builder, xs).lc],
    signals: [
      ...array("in", 0, 2),
      ...bits("wins[1].difference.split.", 6),
      "best[1].moved",
      ...bits("wins[2].difference.split.", 6),
      "best[2].moved",
    ],
    outputs: ["out"],
  },
  ...[TABLE, SLOPED_TABLE].map(
    (table): SpecCase => ({
      name: table === TABLE ? "piecewise" : "piecewise with slopes",
      file: "piecewise.circom",
      template: `Piecewise(2, ${table.start}, 9, 2, 3, 2, [${table.coefs.map((row) => `[${row}]`)}], ${table.below}, ${table.belowSlope ?? 0n}, ${table.above}, ${table.aboveSlope ?? 0n})`,
      ranges: [signed(9)],
      build: (builder, [x]) => [piecewise(builder, x!, 2, table).lc],
      signals: [
        "in",
        ...bits("split.split.", 10),
        "monomial[3]",
        "scaled[1]",
        "scaled[0]",
        "inside.inverse",
        "inside.product",
        "capped.moved",
        "floored.moved",
      ],
      outputs: ["out"],
    }),
  ),
  {
    name: "packing",
    file: "packing.circom",
    template: "Packing(51, 5, -16)",
    ranges: Array.from({ length: 51 }, () => signed(5)),
    build: (_, xs) => packSignals(xs, { bits: 5, isSigned: true }),
    signals: array("in", 0, 50),
    outputs: array("out", 0, 1),
  },
  ...[2, 18].map(
    (length): SpecCase => ({
      name: `sponge of ${length}`,
      file: "sponge.circom",
      template: `Sponge(${length}, ${spongeArguments(length)})`,
      ranges: Array.from({ length }, () => unsigned(248)),
      build: (builder, xs) => [poseidonSpongeGadget(builder, lcs(xs))],
      signals: [...array("in", 0, length - 1), ...spongeSignals("", length)],
      outputs: ["out"],
    }),
  ),
  {
    name: "commitment of 2 words",
    file: "commitment.circom",
    template: `Commitment(2, ${spongeArguments(3)})`,
    ranges: [unsigned(248), unsigned(248)],
    build: (builder, xs) => [commitmentGadget(builder, lcs(xs)).commitment],
    signals: [...array("in", 0, 1), "salt", ...spongeSignals("sponge.", 3)],
    outputs: ["out"],
  },
  {
    name: "statement of 5 values",
    file: "statement.circom",
    template: `Statement(5, ${spongeArguments(5)})`,
    ranges: Array.from({ length: 5 }, () => unsigned(248)),
    build: (builder, xs) => {
      statementGadget(builder, lcs(xs));
      return [];
    },
    signals: [...array("v", 0, 4), ...spongeSignals("sponge.", 5), "scaled[3]", "scaled[2]", "scaled[1]"],
    outputs: [],
    isStatement: true,
  },
];

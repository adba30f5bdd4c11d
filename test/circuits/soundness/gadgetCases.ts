import { constantLc } from "../../../circuits/src/builder/linearCombination.ts";
import { MAX_MAGNITUDE, signal } from "../../../circuits/src/builder/Signal.ts";
import { argmax, maximum } from "../../../circuits/src/gadgets/argmax.ts";
import { atLeast } from "../../../circuits/src/gadgets/compare.ts";
import { decompose } from "../../../circuits/src/gadgets/decompose.ts";
import { divide } from "../../../circuits/src/gadgets/divide.ts";
import { isZero } from "../../../circuits/src/gadgets/isZero.ts";
import { piecewise } from "../../../circuits/src/gadgets/piecewise.ts";
import { poseidonSpongeGadget } from "../../../circuits/src/gadgets/poseidon.ts";
import { relu } from "../../../circuits/src/gadgets/relu.ts";
import { rescale } from "../../../circuits/src/gadgets/rescale.ts";
import { select } from "../../../circuits/src/gadgets/select.ts";
import { signedBits } from "../../../circuits/src/gadgets/signBit.ts";
import { squareRoot } from "../../../circuits/src/gadgets/squareRoot.ts";
import { packSignals } from "../../../circuits/src/gadgets/statement.ts";
import type { PiecewiseTable } from "../../../circuits/src/integer/PiecewiseTable.ts";
import { type GadgetCircuit, gadgetCircuit } from "../support/gadgetHarness.ts";

export const signed = (bits: number) => ({ bits, minimum: -(1n << BigInt(bits - 1)) });
export const unsigned = (bits: number) => ({ bits, minimum: 0n });

/** Four segments of eight, degree 2, over [-16, 16): both ends and every coefficient matter. */
export const TABLE: PiecewiseTable = {
  start: -16n,
  segmentBits: 2,
  localBits: 3,
  coefs: [
    [5n, 1n, 0n],
    [-7n, 0n, 2n],
    [100n, -3n, 1n],
    [0n, 9n, -1n],
  ],
  below: -50n,
  above: 777n,
};

/** The same, going on as lines beyond both ends. */
export const SLOPED_TABLE: PiecewiseTable = { ...TABLE, belowSlope: -3n, aboveSlope: 7n };

/** Every gadget in a circuit of its own, by name. */
export const GADGETS: Readonly<Record<string, () => GadgetCircuit>> = {
  inputLane: () => gadgetCircuit([signed(8)], (_, [x]) => [x!]),
  decompose: () =>
    gadgetCircuit([unsigned(6)], (builder, [x]) =>
      decompose(builder, x!.lc, 6).map((bit) => signal(bit, 0n, 1n)),
    ),
  signBit: () =>
    gadgetCircuit([signed(8)], (builder, [x]) => {
      const { isNonNegative, low } = signedBits(builder, x!);
      return [isNonNegative, ...low].map((bit) => signal(bit, 0n, 1n));
    }),
  rescale: () => gadgetCircuit([signed(10)], (builder, [x]) => [rescale(builder, x!, 3)]),
  relu: () => gadgetCircuit([signed(10)], (builder, [x]) => [relu(builder, x!, 3)]),
  "relu with a limit": () => gadgetCircuit([signed(10)], (builder, [x]) => [relu(builder, x!, 3, 4)]),
  divide: () =>
    gadgetCircuit([signed(8), { bits: 4, minimum: 1n }], (builder, [a, b]) => [divide(builder, a!, b!)]),
  "divide by ten": () =>
    gadgetCircuit([signed(8)], (builder, [a]) => [divide(builder, a!, signal(constantLc(10n), 10n, 10n))]),
  "divide by eight": () =>
    gadgetCircuit([signed(8)], (builder, [a]) => [divide(builder, a!, signal(constantLc(8n), 8n, 8n))]),
  squareRoot: () => gadgetCircuit([unsigned(9)], (builder, [x]) => [squareRoot(builder, x!)]),
  select: () =>
    gadgetCircuit([unsigned(1), signed(6), signed(6)], (builder, [bit, a, b]) => [
      select(builder, bit!.lc, a!, b!),
    ]),
  atLeast: () =>
    gadgetCircuit([signed(6), signed(6)], (builder, [a, b]) => [signal(atLeast(builder, a!, b!), 0n, 1n)]),
  isZero: () => gadgetCircuit([signed(6)], (builder, [x]) => [signal(isZero(builder, x!.lc), 0n, 1n)]),
  argmax: () =>
    gadgetCircuit([signed(5), signed(5), signed(5)], (builder, xs) => [argmax(builder, xs, "first")]),
  maximum: () => gadgetCircuit([signed(5), signed(5), signed(5)], (builder, xs) => [maximum(builder, xs)]),
  piecewise: () => gadgetCircuit([signed(9)], (builder, [x]) => [piecewise(builder, x!, 2, TABLE)]),
  "piecewise with slopes": () =>
    gadgetCircuit([signed(9)], (builder, [x]) => [piecewise(builder, x!, 2, SLOPED_TABLE)]),
  sponge: () =>
    gadgetCircuit(
      Array.from({ length: 18 }, () => unsigned(2)),
      (builder, xs) => {
        const digest = poseidonSpongeGadget(
          builder,
          xs.map(({ lc }) => lc),
        );
        return [signal(digest, -MAX_MAGNITUDE, MAX_MAGNITUDE)];
      },
    ),
  packing: () =>
    gadgetCircuit([signed(5), signed(5), signed(5)], (builder, xs) =>
      packSignals(xs, { bits: 5, isSigned: true }).map((word) =>
        signal(builder.product("linear", word, constantLc(1n)), 0n, (1n << 248n) - 1n),
      ),
    ),
};

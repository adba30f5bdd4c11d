import { calculateWitness, type WitnessInput } from "../../../circuits/src/builder/calculateWitness.ts";
import { constantLc, evaluateLc } from "../../../circuits/src/builder/linearCombination.ts";
import type { WitnessProgram, WitnessStep } from "../../../circuits/src/builder/witnessProgram.ts";
import { WitnessError } from "../../../circuits/src/errors.ts";
import { FIELD_ORDER, toField } from "../../../circuits/src/field/scalarField.ts";

/** A prover's lie: the name it is reported by, and what it does in place of an honest step. */
export interface Lie {
  readonly what: string;
  readonly steps: readonly WitnessStep[];
}

/** Lies about one step. `wires` is the honest witness, from which the liar starts. */
export function liesAbout(step: WitnessStep, wires: readonly bigint[]): Lie[] {
  return claimsAbout(step, wires).filter(({ steps }) => steps.some((claim) => differs(claim, wires)));
}

function claimsAbout(step: WitnessStep, wires: readonly bigint[]): Lie[] {
  switch (step.op) {
    case "challenge":
      return [];
    case "product":
      return shifts(evaluateLc(step.a, wires) * evaluateLc(step.b, wires), step.out);
    case "assign":
      return shifts(evaluateLc(step.source, wires), step.out);
    case "inverse":
      return [...shifts(wires[step.out]!, step.out), { what: "no inverse", steps: [set(step.out, 0n)] }];
    case "quotient":
    case "squareRoot":
      return shifts(wires[step.out]!, step.out);
    case "bits":
      return liesAboutBits(step, wires);
    case "bin":
      return liesAboutBins(step, wires);
  }
}

/** Every other place for the 1, the last of which has no wire, and one place more. */
function liesAboutBins({ bounds, first }: WitnessStep & { op: "bin" }, wires: readonly bigint[]): Lie[] {
  const outs = Array.from(bounds, (_, i) => first + i);
  const lies = Array.from({ length: bounds.length + 1 }, (_, place): Lie => {
    return { what: `bin ${place}`, steps: outs.map((out, i) => set(out, i === place ? 1n : 0n)) };
  });
  const one = outs.findIndex((out) => wires[out] === 1n);
  const beside = outs.map((out, i) => set(out, i === one || i === (one + 1) % outs.length ? 1n : 0n));
  return [...lies, { what: "two bins at once", steps: beside }];
}

function liesAboutBits(step: WitnessStep & { op: "bits" }, wires: readonly bigint[]): Lie[] {
  const source = evaluateLc(step.source, wires);
  const outs = Array.from({ length: step.width - step.drop }, (_, i) => step.first + i);
  const claims: [string, bigint][] = [
    ["one more", source + 1n],
    ["one less", source - 1n],
    ["two more", source + 2n],
    ["a remainder beyond its range", source + (1n << BigInt(step.width >> 1))],
    ["the other sign", source ^ (1n << BigInt(step.width - 1))],
    ["the bits of the value plus r", source + FIELD_ORDER],
    ["all zeros", 0n],
    ["all ones", (1n << BigInt(step.width)) - 1n],
  ];
  const lies = claims.map(([what, value]): Lie => {
    const bits = BigInt.asUintN(step.width, value) >> BigInt(step.drop);
    return { what, steps: outs.map((out, i) => set(out, (bits >> BigInt(i)) & 1n)) };
  });
  const [below, top] = outs.slice(-2);
  if (below !== undefined && top !== undefined) {
    // The top bit is moved into the one below with twice the weight: no bits, but the same sum.
    const steps = outs.slice(0, -2).map((out) => set(out, wires[out]!));
    steps.push(set(below, wires[below]! + 2n * wires[top]! - 2n), set(top, 1n));
    lies.push({ what: "digits that are no bits", steps });
  }
  return lies;
}

/**
 * The witness of a prover who tells `lie` at step `index` and goes on honestly; undefined when no later bits
 * fit it.
 */
export function lyingWitness(
  program: WitnessProgram,
  input: WitnessInput,
  index: number,
  lie: Lie,
): bigint[] | undefined {
  try {
    return calculateWitness({ ...program, steps: program.steps.toSpliced(index, 1, ...lie.steps) }, input)
      .wires;
  } catch (error) {
    if (error instanceof WitnessError) return undefined;
    throw error;
  }
}

function shifts(honest: bigint, wire: number): Lie[] {
  return [1n, -1n, 2n, 1n << 16n, -2n * honest].flatMap((by) =>
    toField(by) === 0n ? [] : [{ what: `${by} more`, steps: [set(wire, honest + by)] }],
  );
}

function set(out: number, value: bigint): WitnessStep {
  return { op: "assign", source: constantLc(value), out };
}

function differs(step: WitnessStep, wires: readonly bigint[]): boolean {
  return step.op === "assign" && toField(step.source.constant) !== wires[step.out];
}

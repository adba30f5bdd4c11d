import { LaneRangeError, WitnessError } from "../errors.ts";
import { FIELD_ORDER, inverse } from "../field/scalarField.ts";
import { integerSquareRoot } from "../integer/integerSquareRoot.ts";
import { poseidonSponge } from "../poseidon/sponge.ts";
import { statementEvaluation } from "../statement/challenge.ts";
import { evaluateLc } from "./linearCombination.ts";
import {
  CHALLENGE_WIRE,
  DIGEST_WIRE,
  EVALUATION_WIRE,
  type WitnessProgram,
  type WitnessStep,
} from "./witnessProgram.ts";

export interface WitnessInput {
  /** One integer an input lane, in the order of the input tensor. */
  readonly inputs: readonly bigint[];
  /** Blinds a committed input; ignored by circuits with public inputs. Default 0. */
  readonly salt?: bigint;
  /** `v[0]` of the statement. Default 0: a stateless check. */
  readonly context?: bigint;
  /** Draws the challenge once digest and v are fixed. */
  readonly drawChallenge: (digest: bigint, values: readonly bigint[]) => bigint;
}

export interface Witness {
  /** All wires in [0, r); wire 0 is 1. */
  readonly wires: bigint[];
  /** The statement's vector v. */
  readonly values: bigint[];
  /** The model's output integers. */
  readonly outputs: bigint[];
  readonly digest: bigint;
  readonly challenge: bigint;
  readonly evaluation: bigint;
}

/**
 * Runs a witness program. Throws {@link LaneRangeError} when an input does not fit its lane and
 * {@link WitnessError} when a step meets a value that the circuit cannot represent.
 */
export function calculateWitness(program: WitnessProgram, input: WitnessInput): Witness {
  const wires = new Array<bigint>(program.wireCount).fill(0n);
  wires[0] = 1n;
  setInputs(program, input, wires);
  let statement: Pick<Witness, "values" | "digest" | "challenge" | "evaluation"> | undefined;
  for (const step of program.steps) {
    if (step.op === "challenge") statement = drawStatement(program, input, wires);
    else runStep(step, wires);
  }
  if (!statement)
    throw new WitnessError("the witness program never draws its challenge: the file is damaged");
  const outputs = program.outputs.map((lc) => toSigned(evaluateLc(lc, wires)));
  return { wires, outputs, ...statement };
}

function setInputs(program: WitnessProgram, input: WitnessInput, wires: bigint[]): void {
  if (input.inputs.length !== program.lanes.length) {
    throw new WitnessError(
      `the model takes ${program.lanes.length} input values, ${input.inputs.length} were given`,
    );
  }
  for (const [index, lane] of program.lanes.entries()) {
    const value = input.inputs[index]!;
    const shifted = value - lane.minimum;
    const span = 1n << BigInt(lane.bits);
    if (shifted < 0n || shifted >= span) {
      throw new LaneRangeError({ index, value, minimum: lane.minimum, maximum: lane.minimum + span - 1n });
    }
    wires[lane.wire] = shifted;
  }
  wires[program.contextWire] = inField("context", input.context ?? 0n);
  if (program.saltWire !== undefined) wires[program.saltWire] = inField("salt", input.salt ?? 0n);
}

function inField(name: string, value: bigint): bigint {
  if (value < 0n || value >= FIELD_ORDER) throw new WitnessError(`${name} ${value} is not in [0, r)`);
  return value;
}

function drawStatement(program: WitnessProgram, input: WitnessInput, wires: bigint[]) {
  const values = program.statement.map((lc) => evaluateLc(lc, wires));
  const digest = poseidonSponge(values);
  const challenge = inField("challenge", input.drawChallenge(digest, values));
  const evaluation = statementEvaluation(values, challenge);
  wires[DIGEST_WIRE] = digest;
  wires[CHALLENGE_WIRE] = challenge;
  wires[EVALUATION_WIRE] = evaluation;
  return { values, digest, challenge, evaluation };
}

function runStep(step: Exclude<WitnessStep, { op: "challenge" }>, wires: bigint[]): void {
  switch (step.op) {
    case "product":
      wires[step.out] = (evaluateLc(step.a, wires) * evaluateLc(step.b, wires)) % FIELD_ORDER;
      return;
    case "assign":
      wires[step.out] = evaluateLc(step.source, wires);
      return;
    case "bits": {
      const source = evaluateLc(step.source, wires);
      if (source >> BigInt(step.width) !== 0n) {
        throw new WitnessError(`value ${source} does not fit ${step.width} bits (wire ${step.first})`);
      }
      for (let bit = step.drop; bit < step.width; bit++) {
        wires[step.first + bit - step.drop] = (source >> BigInt(bit)) & 1n;
      }
      return;
    }
    case "inverse": {
      const source = evaluateLc(step.source, wires);
      wires[step.out] = source === 0n ? 0n : inverse(source);
      return;
    }
    case "quotient": {
      const denominator = evaluateLc(step.denominator, wires);
      wires[step.out] = denominator === 0n ? 0n : evaluateLc(step.numerator, wires) / denominator;
      return;
    }
    case "bin": {
      const source = toSigned(evaluateLc(step.source, wires));
      const place = step.bounds.filter((bound) => bound <= source).length;
      for (let i = 0; i < step.bounds.length; i++) wires[step.first + i] = i === place ? 1n : 0n;
      return;
    }
    case "squareRoot":
      wires[step.out] = integerSquareRoot(evaluateLc(step.source, wires));
      return;
  }
}

function toSigned(x: bigint): bigint {
  return x > FIELD_ORDER >> 1n ? x - FIELD_ORDER : x;
}

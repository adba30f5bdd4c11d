import type { R1cs } from "@opg/groth16";
import { CHALLENGE_WIRE, type WitnessProgram } from "../builder/witnessProgram.ts";

/** The wires that the statement of a compiled model fixes: input lanes, context, salt, challenge. */
export function givenWiresOf(program: Pick<WitnessProgram, "lanes" | "contextWire" | "saltWire">): number[] {
  const salt = program.saltWire === undefined ? [] : [program.saltWire];
  return [CHALLENGE_WIRE, program.contextWire, ...salt, ...program.lanes.map(({ wire }) => wire)];
}

/** The inputs that a file's own header declares, public and private, as circom writes them. */
export function declaredInputs({ nOutputs, nPubInputs, nPrvInputs }: R1cs): number[] {
  return Array.from({ length: nPubInputs + nPrvInputs }, (_, i) => 1 + nOutputs + i);
}

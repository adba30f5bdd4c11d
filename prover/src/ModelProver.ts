import { calculateWitness, packedWords, statementChallenge, unpackTensor, witnessBytes } from "@opg/circuits";
import { type BackendChoice, createProver, type Prover, toSolidityKey, toSolidityPoints } from "@opg/groth16";
import { vkHash } from "@opg/sdk";
import type { Hex } from "viem";
import type { ModelPackage } from "./ModelPackage.ts";

export interface InferenceInput {
  /** Integers of the input tensor, in order: see `encodeInput`. */
  readonly inputs: readonly bigint[];
  /** Blinds a committed input. Default 0. */
  readonly salt?: bigint;
  /** Ties the proof to a request and a payee; 0, the default, ties it to nothing. */
  readonly context?: bigint;
}

/** An answer with its proof, in the form that contracts take. */
export interface ProvedInference {
  readonly vkHash: Hex;
  /** The statement's vector v: context, input words, output words. */
  readonly values: readonly bigint[];
  readonly inputWords: readonly bigint[];
  readonly outputWords: readonly bigint[];
  /** Integers of the output tensor. */
  readonly outputs: readonly bigint[];
  readonly proof: { readonly points: readonly bigint[]; readonly digest: bigint };
}

export interface ModelProverOptions {
  readonly backend?: BackendChoice;
  readonly threads?: number;
}

/** Proves inferences of one model; keeps its key and threads ready until it is closed. */
export class ModelProver {
  readonly model: ModelPackage;
  readonly vkHash: Hex;
  readonly #prover: Prover;

  private constructor(model: ModelPackage, prover: Prover) {
    this.model = model;
    this.vkHash = vkHash(toSolidityKey(model.verificationKey));
    this.#prover = prover;
  }

  static async open(model: ModelPackage, options: ModelProverOptions = {}): Promise<ModelProver> {
    return new ModelProver(model, await createProver(model.provingKey, options));
  }

  /**
   * Runs the model on integers and proves the answer.
   * @throws LaneRangeError for an input out of its declared range.
   */
  async prove(
    input: InferenceInput,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ProvedInference> {
    const { program, manifest } = this.model;
    const witness = calculateWitness(program, {
      ...input,
      drawChallenge: (digest, values) => statementChallenge(BigInt(this.vkHash), digest, values),
    });
    const { proof } = await this.#prover.prove(witnessBytes(witness.wires), options);
    const { values } = witness;
    const firstOutput = values.length - packedWords(manifest.output);
    const outputWords = values.slice(firstOutput);
    return {
      vkHash: this.vkHash,
      values,
      inputWords: values.slice(1, firstOutput),
      outputWords,
      outputs: unpackTensor(outputWords, manifest.output),
      proof: { points: toSolidityPoints(proof), digest: witness.digest },
    };
  }

  async close(): Promise<void> {
    await this.#prover.close();
  }
}

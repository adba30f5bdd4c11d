import { concatBytes } from "@noble/hashes/utils.js";
import type { Backend, Hooks, PreparedKey } from "../backends/Backend.ts";
import { decodeG1, decodeG2 } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { firstNotBelow, packUints, readUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import { Fr } from "../field/fields.ts";
import type { Proof } from "../formats/Proof.ts";
import { type R1cs, readR1cs } from "../formats/r1cs.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import type { Zkey } from "../formats/zkey.ts";
import { keyOfZkey } from "./keyOfZkey.ts";
import { randomScalar } from "./randomScalar.ts";
import { unsatisfiedConstraint } from "./unsatisfiedConstraint.ts";
import { verifyWith } from "./verifyWith.ts";

export interface ProveResult {
  proof: Proof;
  publicSignals: bigint[];
  /** Milliseconds by phase as the back end measured them. */
  phases: Record<string, number>;
}

/** A prepared key with warm threads. Calls may overlap. Made by `createProver`. */
export class Prover {
  readonly verificationKey: VerificationKey;
  readonly backend: Backend;
  readonly #key: Pick<Zkey, "nVars" | "nPublic" | "alpha1" | "beta1" | "beta2" | "delta1" | "delta2">;
  readonly #prepared: PreparedKey;
  readonly #r1cs: Uint8Array | R1cs | undefined;
  readonly #ownsBackend: boolean;
  #closed = false;

  constructor(
    key: Zkey,
    prepared: PreparedKey,
    options: { backend: Backend; ownsBackend: boolean; r1cs?: Uint8Array | R1cs | undefined },
  ) {
    // Copies of the few points that assembly needs: a view would keep the whole file in memory.
    this.#key = {
      nVars: key.nVars,
      nPublic: key.nPublic,
      alpha1: key.alpha1.slice(),
      beta1: key.beta1.slice(),
      beta2: key.beta2.slice(),
      delta1: key.delta1.slice(),
      delta2: key.delta2.slice(),
    };
    this.verificationKey = keyOfZkey(key);
    this.backend = options.backend;
    this.#ownsBackend = options.ownsBackend;
    this.#prepared = prepared;
    this.#r1cs = options.r1cs;
  }

  /**
   * Proves one assignment (32 little-endian bytes a wire, wire 0 is 1), with fresh blinding, and checks the
   * proof before returning it.
   *
   * @throws Groth16Error INVALID_WITNESS (length or range), UNSATISFIED_CONSTRAINT (names it, when the prover
   * was given the circuit), SELF_CHECK_FAILED (without the circuit), CLOSED; the signal's reason when aborted
   */
  async prove(witness: Uint8Array, hooks: Hooks = {}): Promise<ProveResult> {
    this.#checkOpen();
    this.#checkWitness(witness);
    hooks.signal?.throwIfAborted();
    const sums = await this.#prepared.sums(witness, hooks);
    const proof = await this.#assemble(sums);
    const publicSignals = Array.from({ length: this.#key.nPublic }, (_, i) =>
      readUintLE(witness, (i + 1) * 32),
    );
    hooks.signal?.throwIfAborted();
    if (!(await verifyWith(this.backend, this.verificationKey, publicSignals, proof))) {
      throw this.#explainFailure(witness);
    }
    hooks.onProgress?.("done", 1);
    return { proof, publicSignals, phases: sums.phases ?? {} };
  }

  /** Whether a proof is valid under this prover's key. */
  async verify(publicSignals: readonly bigint[], proof: Proof): Promise<boolean> {
    this.#checkOpen();
    return verifyWith(this.backend, this.verificationKey, publicSignals, proof);
  }

  /** Frees the key, and the threads unless the back end was passed in. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#prepared.release();
    if (this.#ownsBackend) await this.backend.close();
  }

  /** A = alpha + a + r delta; B = beta + b + s delta; C = c + h + s A + r B1 - r s delta. */
  async #assemble(sums: Awaited<ReturnType<PreparedKey["sums"]>>): Promise<Proof> {
    const [r, s] = [randomScalar(), randomScalar()];
    const { alpha1, beta1, beta2, delta1, delta2 } = this.#key;
    const g1 = (points: Uint8Array[], scalars: bigint[]) =>
      this.backend.msm("g1", concatBytes(...points), packUints(scalars));
    const [a, b1, b2] = await Promise.all([
      g1([alpha1, sums.a, delta1], [1n, 1n, r]),
      g1([beta1, sums.b1, delta1], [1n, 1n, s]),
      this.backend.msm("g2", concatBytes(beta2, sums.b2, delta2), packUints([1n, 1n, s])),
    ]);
    const c = await g1([sums.c, sums.h, a, b1, delta1], [1n, 1n, s, r, Fr.neg(Fr.mul(r, s))]);
    return { a: decodeG1(a), b: decodeG2(b2), c: decodeG1(c) };
  }

  #checkWitness(witness: Uint8Array): void {
    const { nVars } = this.#key;
    if (witness.length !== nVars * 32) {
      throw new Groth16Error(
        "INVALID_WITNESS",
        `The witness has ${witness.length} bytes, the circuit's ${nVars} wires need ${nVars * 32}.`,
      );
    }
    const bad = firstNotBelow(witness, R);
    if (bad >= 0)
      throw new Groth16Error("INVALID_WITNESS", `The value of wire ${bad} is not below the field order.`);
    const one = readUintLE(witness);
    if (one !== 1n) throw new Groth16Error("INVALID_WITNESS", `Wire 0 must be the constant 1, it is ${one}.`);
  }

  #explainFailure(witness: Uint8Array): Groth16Error {
    const r1cs = this.#r1cs instanceof Uint8Array ? readR1cs(this.#r1cs) : this.#r1cs;
    const broken = r1cs?.nVars === this.#key.nVars ? unsatisfiedConstraint(r1cs, witness) : null;
    if (broken !== null) {
      return new Groth16Error(
        "UNSATISFIED_CONSTRAINT",
        `The witness breaks constraint ${broken.index}: ${broken.a} * ${broken.b} is not ${broken.c} mod r.`,
      );
    }
    const remedy =
      r1cs === undefined ? "pass `r1cs` to createProver to have the constraint named" : "check the key";
    return new Groth16Error(
      "SELF_CHECK_FAILED",
      `The proof does not verify: the witness breaks the circuit or the key is damaged; ${remedy}.`,
    );
  }

  #checkOpen(): void {
    if (this.#closed) throw new Groth16Error("CLOSED", "This prover has been closed; create another.");
  }
}

import { bn254 } from "@noble/curves/bn254.js";
import { encodeAbiParameters, type Hex, keccak256, toBytes, toHex } from "viem";
import { statementChallenge, statementEvaluation } from "./statement.ts";

/**
 * A Groth16 prover that knows the trapdoor of its keys, so it makes a valid proof of any public values at once, with
 * no circuit. Proofs and keys are real: contracts check them with real pairings.
 */

export const P = bn254.fields.Fp.ORDER;
export const R = bn254.fields.Fr.ORDER;

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
const Fr = bn254.fields.Fr;
type G1Point = typeof G1.BASE;
type G2Point = typeof G2.BASE;

/** Two words `x, y`. */
export type G1Words = readonly [bigint, bigint];
/** Four words `x.c1, x.c0, y.c1, y.c0` (EIP-197). */
export type G2Words = readonly [bigint, bigint, bigint, bigint];
type Points = readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** `struct Ceremony` of the contracts. */
export interface CeremonyPoints {
  readonly alpha: G1Words;
  readonly beta: G2Words;
}

/** A powers-of-tau ceremony of which alpha and beta are known. */
export interface SimulatedCeremony extends CeremonyPoints {
  readonly id: Hex;
  readonly alphaScalar: bigint;
  readonly betaScalar: bigint;
}

/** `struct VerificationKey` of the contracts. */
export interface KeyWords {
  readonly ceremonyId: Hex;
  readonly delta: G2Words;
  readonly ic: readonly bigint[];
}

/** `struct Proof` of the contracts. */
export interface SimulatedProof {
  readonly points: Points;
  readonly digest: bigint;
}

/** A key with the scalars behind its points. */
export interface ModelKey {
  readonly ceremony: SimulatedCeremony;
  readonly key: KeyWords;
  readonly vkHash: Hex;
  /** A valid proof that the key's circuit accepts `values`. `seed` chooses the digest and the randomness. */
  prove(values: readonly bigint[], seed?: string): SimulatedProof;
  /** A valid proof for any three public signals, so also for those of no vector. */
  proveSignals(signals: readonly [bigint, bigint, bigint], seed?: string): SimulatedProof;
  /** A valid proof with this point at infinity, as only the trapdoor can make. */
  proveInfinite(values: readonly bigint[], point: "A" | "B" | "C"): SimulatedProof;
}

/** The scalar below r that `label` names: a test's stand-in for a random number. */
export function scalar(label: string): bigint {
  return BigInt(keccak256(toBytes(label))) % R;
}

export function g1Words(point: G1Point): G1Words {
  const { x, y } = point.toAffine();
  return [x, y];
}

export function g2Words(point: G2Point): G2Words {
  const { x, y } = point.toAffine();
  return [x.c1, x.c0, y.c1, y.c0];
}

export function g1FromWords([x, y]: G1Words): G1Point {
  return G1.fromAffine({ x, y });
}

export function g2FromWords([x1, x0, y1, y0]: G2Words): G2Point {
  return G2.fromAffine({ x: { c0: x0, c1: x1 }, y: { c0: y0, c1: y1 } });
}

function g1Multiple(factor: bigint): G1Words {
  return factor === 0n ? [0n, 0n] : g1Words(G1.BASE.multiply(factor));
}

function g2Multiple(factor: bigint): G2Words {
  return factor === 0n ? [0n, 0n, 0n, 0n] : g2Words(G2.BASE.multiply(factor));
}

/** `keccak256(abi.encode(alpha, beta))`. */
export function ceremonyIdOf({ alpha, beta }: CeremonyPoints): Hex {
  return keccak256(encodeAbiParameters([{ type: "uint256[2]" }, { type: "uint256[4]" }], [alpha, beta]));
}

function makeCeremony(alphaScalar: bigint, betaScalar: bigint): SimulatedCeremony {
  const alpha = g1Words(G1.BASE.multiply(alphaScalar));
  const beta = g2Words(G2.BASE.multiply(betaScalar));
  return { alpha, beta, id: ceremonyIdOf({ alpha, beta }), alphaScalar, betaScalar };
}

/** A stand-in for a production ceremony: the contracts cannot tell that its secrets are known here. */
export function productionCeremony(seed = "production"): SimulatedCeremony {
  return makeCeremony(scalar(`ceremony/${seed}/alpha`), scalar(`ceremony/${seed}/beta`));
}

/** The published development ceremony. */
export function devCeremony(): SimulatedCeremony {
  return makeCeremony(scalar("OPG/dev-ceremony/v1/alpha"), scalar("OPG/dev-ceremony/v1/beta"));
}

/** The 416 bytes `ceremonyId | delta | ic` that the verifier stores. */
export function keyBlob(key: KeyWords): Hex {
  return toHex(
    Uint8Array.from(
      [BigInt(key.ceremonyId), ...key.delta, ...key.ic].flatMap((word) => [...toBytes(word, { size: 32 })]),
    ),
  );
}

/** `keccak256` of the creation code that Solady's SSTORE2 makes for the blob. */
export function vkHashOf(key: KeyWords): Hex {
  const blob = keyBlob(key).slice(2);
  const codeLength = (blob.length / 2 + 1).toString(16).padStart(4, "0");
  return keccak256(`0x61${codeLength}80600a3d393df300${blob}`);
}

/**
 * A verification key with known scalars. With `A = a G1`, `B = b G2`, the proof of signals `s` is
 * `C = (a b - alpha beta - (ic0 + s1 ic1 + s2 ic2 + s3 ic3)) / delta * G1`.
 */
export function makeModelKey({ ceremony, seed }: { ceremony: SimulatedCeremony; seed: string }): ModelKey {
  const delta = scalar(`${seed}/delta`);
  const ic = [0, 1, 2, 3].map((index) => scalar(`${seed}/ic/${index}`));
  const key: KeyWords = {
    ceremonyId: ceremony.id,
    delta: g2Words(G2.BASE.multiply(delta)),
    ic: ic.flatMap((value) => [...g1Words(G1.BASE.multiply(value))]),
  };
  const vkHash = vkHashOf(key);
  const alphaBeta = Fr.mul(ceremony.alphaScalar, ceremony.betaScalar);

  const signalsOf = (values: readonly bigint[], proofSeed: string): [bigint, bigint, bigint] => {
    const digest = scalar(`${seed}/${proofSeed}/digest/${values.join()}`);
    const challenge = statementChallenge(vkHash, digest, values);
    return [digest, challenge, statementEvaluation(values, challenge)];
  };

  /** The scalar of X. */
  const xOf = (signals: readonly bigint[]) =>
    signals.reduce((sum, signal, index) => Fr.add(sum, Fr.mul(signal, ic[index + 1]!)), ic[0]!);

  const proofOf = (signals: readonly [bigint, bigint, bigint], a: bigint, b: bigint): SimulatedProof => {
    const c = Fr.div(Fr.sub(Fr.sub(Fr.mul(a, b), alphaBeta), xOf(signals)), delta);
    const points = [...g1Multiple(a), ...g2Multiple(b), ...g1Multiple(c)] as unknown as Points;
    return { points, digest: signals[0] };
  };

  const proveSignals: ModelKey["proveSignals"] = (signals, proofSeed = "proof") =>
    proofOf(signals, scalar(`${seed}/${proofSeed}/a`), scalar(`${seed}/${proofSeed}/b`));

  return {
    ceremony,
    key,
    vkHash,
    proveSignals,
    prove: (values, proofSeed = "proof") => proveSignals(signalsOf(values, proofSeed), proofSeed),
    proveInfinite(values, point) {
      const signals = signalsOf(values, "infinite");
      // C is infinity when a b = alpha beta + x
      const [a, b] = { A: [0n, 1n], B: [1n, 0n], C: [Fr.add(alphaBeta, xOf(signals)), 1n] }[point] as [
        bigint,
        bigint,
      ];
      return proofOf(signals, a, b);
    },
  };
}

/** A point of the G2 twist whose y has a zero half, so that subtracting its halves from p does not negate it. */
export function g2WithZeroHalf(): G2Words {
  const { Fp, Fp2 } = bn254.fields;
  const twist = Fp2.div({ c0: 3n, c1: 0n }, { c0: 9n, c1: 1n });
  for (let x1 = 1n; ; x1++) {
    try {
      // The imaginary part of (x0 + x1 u)^3 + twist is 3 x0^2 x1 - x1^3 + twist.c1: zero for this x0.
      const x0 = Fp.sqrt(Fp.div(Fp.sub(Fp.pow(x1, 3n), twist.c1), Fp.mul(3n, x1)));
      const square = Fp2.add(Fp2.pow({ c0: x0, c1: x1 }, 3n), twist);
      const y = Fp2.sqrt(square);
      return [x1, x0, y.c1, y.c0];
    } catch {
      // this x1 has no x0
    }
  }
}

/** A point of the G2 twist that lies outside the subgroup of order r: the first whose x is a small integer. */
export function g2OutsideSubgroup(): G2Words {
  const { Fp2 } = bn254.fields;
  for (let x = 1n; ; x++) {
    const abscissa = { c0: x, c1: 0n };
    const twist = Fp2.div({ c0: 3n, c1: 0n }, { c0: 9n, c1: 1n });
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.pow(abscissa, 3n), twist));
      const point = G2.fromAffine({ x: abscissa, y });
      if (!point.isTorsionFree()) return g2Words(point);
    } catch {
      // this x has no point
    }
  }
}

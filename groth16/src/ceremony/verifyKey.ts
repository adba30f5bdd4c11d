import type { Backend } from "../backends/Backend.ts";
import { openBackend } from "../backends/openBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { packUints } from "../field/bytes.ts";
import { readZkey, type Zkey } from "../formats/zkey.ts";
import { randomScalar } from "../prove/randomScalar.ts";
import { ChaChaRng } from "./ChaChaRng.ts";
import { beaconRng, type CeremonyOptions, secretFrom } from "./contribute.ts";
import { newKey } from "./newKey.ts";
import { randomG2 } from "./randomPoints.ts";
import {
  type Contribution,
  challengeOf,
  contributionHash,
  readTranscript,
  type Transcript,
} from "./Transcript.ts";

/** What a verified key rests on. */
export interface VerifiedKey {
  circuitHash: Uint8Array;
  contributions: { hash: Uint8Array; name: string | undefined; beacon: Contribution["beacon"] }[];
}

/**
 * Checks that a proving key belongs to this circuit and these powers of tau, and that every recorded contribution
 * led to it. The key is made anew from circuit and powers; only delta and what it divides may differ, in the ratio
 * that the contributions prove. Who trusts one contributor (or the powers' ceremony and any contributor) may trust
 * the key. The powers of tau themselves are taken as given.
 *
 * @throws Groth16Error MALFORMED_FILE, INVALID_CEREMONY with what is wrong
 */
export async function verifyKey(
  r1csFile: Uint8Array,
  ptauFile: Uint8Array,
  zkeyFile: Uint8Array,
  options: CeremonyOptions = {},
): Promise<VerifiedKey> {
  const key = readZkey(zkeyFile);
  const initial = readZkey(await newKey(r1csFile, ptauFile, options));
  const transcript = readTranscript(key.transcript);
  compareFixedParts(key, initial, transcript);
  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    for (let i = 0; i < transcript.contributions.length; i++) await checkContribution(backend, transcript, i);
    const delta = transcript.contributions.at(-1)?.deltaAfter ?? initial.delta1;
    if (!equal(key.delta1, delta)) throw invalid("delta in G1 is not the last contribution's");
    const [generator1, generator2] = [g1Codec.encode([G1.generator]), g2Codec.encode([G2.generator])];
    if (!(await sameRatio(backend, [generator1, key.delta1], [generator2, key.delta2]))) {
      throw invalid("delta differs between G1 and G2");
    }
    for (const [name, before, after] of [
      ["C", initial.pointsC, key.pointsC],
      ["H", initial.pointsH, key.pointsH],
    ] as const) {
      await checkDivided(backend, name, before, after, [key.delta2, initial.delta2]);
    }
  } finally {
    await backend.close();
  }
  return {
    circuitHash: transcript.circuitHash.slice(),
    contributions: transcript.contributions.map((c) => ({
      hash: contributionHash(c),
      name: c.name,
      beacon: c.beacon,
    })),
  };
}

function compareFixedParts(key: Zkey, initial: Zkey, transcript: Transcript): void {
  for (const field of ["nVars", "nPublic", "domainSize"] as const) {
    if (key[field] !== initial[field])
      throw invalid(`${field} is ${key[field]}, the circuit's ${initial[field]}`);
  }
  const fixed = [
    "alpha1",
    "beta1",
    "beta2",
    "gamma2",
    "ic",
    "coefs",
    "pointsA",
    "pointsB1",
    "pointsB2",
  ] as const;
  for (const field of fixed) {
    if (!equal(key[field], initial[field])) throw invalid(`${field} is not the circuit's`);
  }
  if (!equal(transcript.circuitHash, readTranscript(initial.transcript).circuitHash)) {
    throw invalid("the circuit hash is another circuit's");
  }
}

async function checkContribution(backend: Backend, transcript: Transcript, index: number): Promise<void> {
  const c = transcript.contributions[index]!;
  const fail = (detail: string) => invalid(`contribution ${index + 1}: ${detail}`);
  if (!equal(challengeOf(transcript, index, c.g1s, c.g1sx), c.transcript)) {
    throw fail("its challenge is not the hash of what came before");
  }
  const g2sp = g2Codec.encode([randomG2(ChaChaRng.fromHash(c.transcript))]);
  if (!(await sameRatio(backend, [c.g1s, c.g1sx], [g2sp, c.g2spx]))) {
    throw fail("the proof of knowledge of its secret fails");
  }
  const before = transcript.contributions[index - 1]?.deltaAfter ?? g1Codec.encode([G1.generator]);
  if (!(await sameRatio(backend, [before, c.deltaAfter], [g2sp, c.g2spx]))) {
    throw fail("delta was not multiplied by its secret");
  }
  if (c.beacon === undefined) return;
  const { iterations, hash } = c.beacon;
  if (iterations < 10 || iterations > 30)
    throw fail(`2^${iterations} beacon iterations are not in 2^10 .. 2^30`);
  const expected = secretFrom(beaconRng(hash, iterations));
  if (!equal(expected.g1s, c.g1s) || !equal(expected.g1sx, c.g1sx)) {
    throw fail("it is not the beacon's that it names");
  }
}

/** A random combination of all points must be divided by delta (wrong points pass with probability 2^-128). */
async function checkDivided(
  backend: Backend,
  name: string,
  before: Uint8Array,
  after: Uint8Array,
  deltas: [Uint8Array, Uint8Array],
): Promise<void> {
  if (before.length === 0) return;
  const scalars = packUints(Array.from({ length: before.length / 64 }, () => randomScalar() >> 126n));
  const [sumBefore, sumAfter] = [
    await backend.msm("g1", before, scalars),
    await backend.msm("g1", after, scalars),
  ];
  const none = sumBefore.every((byte) => byte === 0) && sumAfter.every((byte) => byte === 0);
  if (!none && !(await sameRatio(backend, [sumBefore, sumAfter], deltas))) {
    throw invalid(`the ${name} points are not the circuit's divided by delta`);
  }
}

/** Whether b = x a in G1 and d = x c in G2 for the same x; no point may be infinite. */
async function sameRatio(
  backend: Backend,
  [a, b]: [Uint8Array, Uint8Array],
  [c, d]: [Uint8Array, Uint8Array],
): Promise<boolean> {
  if ([a, b, c, d].some((point) => point.every((byte) => byte === 0))) return false;
  const minusB = g1Codec.encode([G1.neg(g1Codec.decode(b)[0]!)]);
  const [g1, g2] = [new Uint8Array(128), new Uint8Array(256)];
  g1.set(a);
  g1.set(minusB, 64);
  g2.set(d);
  g2.set(c, 128);
  return backend.pairingProductIsOne(g1, g2);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function invalid(detail: string): Groth16Error {
  return new Groth16Error("INVALID_CEREMONY", `The key does not verify: ${detail}.`);
}

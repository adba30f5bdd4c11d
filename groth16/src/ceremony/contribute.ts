import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Backend, BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { packUints } from "../field/bytes.ts";
import { Fr } from "../field/fields.ts";
import { readZkey, writeZkey, type Zkey } from "../formats/zkey.ts";
import { ChaChaRng } from "./ChaChaRng.ts";
import { randomFr, randomG1, randomG2 } from "./randomPoints.ts";
import {
  type Contribution,
  challengeOf,
  contributionHash,
  readTranscript,
  writeTranscript,
} from "./Transcript.ts";

export interface CeremonyOptions extends BackendOptions, Hooks {
  /** Default "auto". */
  backend?: BackendChoice | undefined;
}

export interface ContributionResult {
  zkey: Uint8Array;
  /** 64 bytes to publish: how the contributor recognises his part. */
  hash: Uint8Array;
}

/**
 * Contributes a secret to a key's phase 2. The secret comes from the system's CSPRNG, with the caller's own
 * entropy mixed in, and is forgotten.
 * @throws Groth16Error MALFORMED_FILE
 */
export async function contribute(
  zkey: Uint8Array,
  name: string,
  options: CeremonyOptions & { entropy?: string | undefined } = {},
): Promise<ContributionResult> {
  const random = crypto.getRandomValues(new Uint8Array(64));
  const seed = blake2b(concatBytes(random, utf8ToBytes(options.entropy ?? "")), { dkLen: 64 });
  return applySecret(readZkey(zkey), ChaChaRng.fromHash(seed), { name }, options);
}

/**
 * Contributes a secret that anyone can recompute from a public value fixed after all other contributions:
 * SHA-256 iterated 2^iterations times.
 * @throws Groth16Error MALFORMED_FILE, INVALID_ARGUMENT
 */
export async function applyBeacon(
  zkey: Uint8Array,
  beacon: { hash: Uint8Array; iterations: number; name?: string | undefined },
  options: CeremonyOptions = {},
): Promise<ContributionResult> {
  const { hash, iterations, name } = beacon;
  if (hash.length < 1 || hash.length > 255) {
    throw new Groth16Error("INVALID_ARGUMENT", `The beacon has ${hash.length} bytes; use 1 to 255.`);
  }
  if (!Number.isInteger(iterations) || iterations < 10 || iterations > 30) {
    throw new Groth16Error("INVALID_ARGUMENT", `The beacon's iterations are 2^${iterations}; use 10 to 30.`);
  }
  return applySecret(
    readZkey(zkey),
    beaconRng(hash, iterations),
    { name, beacon: { iterations, hash } },
    options,
  );
}

/** The generator that a beacon seeds. */
export function beaconRng(hash: Uint8Array, iterations: number): ChaChaRng {
  let value = hash;
  for (let i = 0; i < 2 ** iterations; i++) value = sha256(value);
  return ChaChaRng.fromHash(value);
}

/** The secret, s and x s that a generator gives, in snarkjs' order. */
export function secretFrom(rng: ChaChaRng): { secret: bigint; g1s: Uint8Array; g1sx: Uint8Array } {
  const secret = randomFr(rng);
  const point = randomG1(rng);
  return { secret, g1s: g1Codec.encode([point]), g1sx: g1Codec.encode([G1.multiply(point, secret)]) };
}

async function applySecret(
  key: Zkey,
  rng: ChaChaRng,
  labels: Pick<Contribution, "name" | "beacon">,
  options: CeremonyOptions,
): Promise<ContributionResult> {
  const transcript = readTranscript(key.transcript);
  const { secret, g1s, g1sx } = secretFrom(rng);
  const challenge = challengeOf(transcript, transcript.contributions.length, g1s, g1sx);
  const g2sp = randomG2(ChaChaRng.fromHash(challenge));
  const [delta1] = g1Codec.decode(key.delta1);
  const [delta2] = g2Codec.decode(key.delta2);
  const contribution: Contribution = {
    deltaAfter: g1Codec.encode([G1.multiply(delta1!, secret)]),
    g1s,
    g1sx,
    g2spx: g2Codec.encode([G2.multiply(g2sp, secret)]),
    transcript: challenge,
    ...labels,
  };
  transcript.contributions.push(contribution);
  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    const inverse = Fr.inv(secret);
    const changed: Zkey = {
      ...key,
      delta1: contribution.deltaAfter,
      delta2: g2Codec.encode([G2.multiply(delta2!, secret)]),
      pointsC: await scaleAll(backend, key.pointsC, inverse, options),
      pointsH: await scaleAll(backend, key.pointsH, inverse, options),
      transcript: writeTranscript(transcript),
    };
    return { zkey: writeZkey(changed), hash: contributionHash(contribution) };
  } finally {
    await backend.close();
  }
}

function scaleAll(backend: Backend, points: Uint8Array, factor: bigint, hooks: Hooks): Promise<Uint8Array> {
  const scalar = packUints([factor]);
  const scalars = new Uint8Array(points.length / 2);
  for (let o = 0; o < scalars.length; o += 32) scalars.set(scalar, o);
  return backend.multiplyEach("g1", points, scalars, hooks);
}

import { blake2b } from "@noble/hashes/blake2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { firstNotBelow } from "../field/bytes.ts";
import { Q } from "../field/constants.ts";
import { malformed, words } from "../formats/SectionFile.ts";
import { toUncompressed } from "./uncompressed.ts";

/** One contribution to phase 2. Points in the encoding of files. */
export interface Contribution {
  /** delta G1 after this contribution. */
  deltaAfter: Uint8Array;
  /** A random point s, and x s, where x is the contribution's secret. */
  g1s: Uint8Array;
  g1sx: Uint8Array;
  /** x times the point of G2 that {@link transcript} hashes to. */
  g2spx: Uint8Array;
  /** 64 bytes: hash of all that came before, and of s and x s. */
  transcript: Uint8Array;
  /** At most 64 characters. */
  name?: string | undefined;
  /** A contribution whose secret is the hash of something public, iterated 2^iterations times. */
  beacon?: { iterations: number; hash: Uint8Array } | undefined;
}

/** Section 10 of a proving key. */
export interface Transcript {
  /** BLAKE2b of the key before any contribution. */
  circuitHash: Uint8Array;
  contributions: Contribution[];
}

const POINTS_BYTES = 3 * 64 + 128 + 64 + 8;

/** @throws Groth16Error MALFORMED_FILE */
export function readTranscript(section: Uint8Array): Transcript {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  if (section.length < 68) throw malformed("zkey", "the contributions are missing");
  const count = view.getUint32(64, true);
  const contributions: Contribution[] = [];
  let offset = 68;
  for (let i = 0; i < count; i++) {
    if (offset + POINTS_BYTES > section.length) throw malformed("zkey", `contribution ${i} is cut off`);
    const start = offset;
    const take = (length: number) => {
      offset += length;
      return section.subarray(offset - length, offset);
    };
    const contribution: Contribution = {
      deltaAfter: take(64),
      g1s: take(64),
      g1sx: take(64),
      g2spx: take(128),
      transcript: take(64),
    };
    if (firstNotBelow(section.subarray(start, start + 320), Q) >= 0) {
      throw malformed("zkey", `a coordinate of contribution ${i} is not below the field order`);
    }
    const type = view.getUint32(offset, true);
    const length = view.getUint32(offset + 4, true);
    offset += 8;
    if (offset + length > section.length) throw malformed("zkey", `contribution ${i} is cut off`);
    readParameters(contribution, take(length), type === 1);
    contributions.push(contribution);
  }
  if (offset !== section.length) throw malformed("zkey", "bytes follow the last contribution");
  return { circuitHash: section.subarray(0, 64), contributions };
}

export function writeTranscript({ circuitHash, contributions }: Transcript): Uint8Array {
  return concatBytes(
    circuitHash,
    words(contributions.length),
    ...contributions.flatMap((c) => {
      const parameters = writeParameters(c);
      const points = [c.deltaAfter, c.g1s, c.g1sx, c.g2spx, c.transcript];
      return [...points, words(c.beacon ? 1 : 0, parameters.length), parameters];
    }),
  );
}

/** What a contribution adds to the running hash. */
export function contributionBytes(c: Contribution): Uint8Array {
  return concatBytes(
    toUncompressed(concatBytes(c.deltaAfter, c.g1s, c.g1sx), 64),
    toUncompressed(c.g2spx, 128),
    c.transcript,
  );
}

/** The hash that a contributor publishes. */
export function contributionHash(c: Contribution): Uint8Array {
  return blake2b(contributionBytes(c), { dkLen: 64 });
}

/** The challenge of a contribution: everything before it, and its own s and x s. */
export function challengeOf(
  transcript: Transcript,
  before: number,
  g1s: Uint8Array,
  g1sx: Uint8Array,
): Uint8Array {
  const previous = transcript.contributions.slice(0, before).map(contributionBytes);
  return blake2b(
    concatBytes(transcript.circuitHash, ...previous, toUncompressed(concatBytes(g1s, g1sx), 64)),
    { dkLen: 64 },
  );
}

function readParameters(contribution: Contribution, bytes: Uint8Array, isBeacon: boolean): void {
  let offset = 0;
  let last = 0;
  let iterations = 0;
  let hash: Uint8Array = new Uint8Array(0);
  while (offset < bytes.length) {
    const kind = bytes[offset]!;
    const size = bytes[offset + 1] ?? 0;
    if (kind <= last || kind > 3)
      throw malformed("zkey", `contribution parameter ${kind} is unknown or out of order`);
    last = kind;
    offset += 2;
    if (kind === 2) {
      iterations = size;
      continue;
    }
    if (offset + size > bytes.length) throw malformed("zkey", "a contribution parameter is cut off");
    const value = bytes.subarray(offset, offset + size);
    offset += size;
    if (kind === 1) contribution.name = new TextDecoder().decode(value);
    else hash = value;
  }
  if (isBeacon) contribution.beacon = { iterations, hash };
}

function writeParameters({ name, beacon }: Contribution): Uint8Array {
  const parts: Uint8Array[] = [];
  if (name) {
    const text = new TextEncoder().encode(name.slice(0, 64));
    parts.push(Uint8Array.of(1, text.length), text);
  }
  if (beacon) parts.push(Uint8Array.of(2, beacon.iterations, 3, beacon.hash.length), beacon.hash);
  return concatBytes(...parts);
}

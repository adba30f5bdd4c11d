import { existsSync } from "node:fs";
import { bytesToHex } from "@noble/hashes/utils.js";
import { contributionHash, keyOfZkey, readTranscript, readZkey, toSolidityKey } from "@opg/groth16";
import { type Hex, keccak256 } from "viem";
import { vkHash } from "../../proofs/vkHash.ts";
import { DEV_SETUP, SETUP_KIND, type VersionConfig } from "../../registry/versionConfig.ts";
import { CliError } from "../CliError.ts";
import { jsonText, readJson, sha256, writeBytes } from "../files.ts";

/** `<key>.transcript.json` beside a proving key: what to publish so that strangers can check the setup. */
export interface SetupTranscript {
  readonly format: "opg-setup/1";
  /** "dev": made with the published secrets of the dev ceremony, worth nothing in production. */
  readonly kind: "dev" | "ceremony";
  /** sha-256 of the `.r1cs` file. */
  readonly circuitHash: Hex;
  /** The powers-of-tau file; absent for a dev setup, which needs none. */
  readonly ptau?: PtauIdentity;
  /** BLAKE2b of the key before any contribution, as contributors' tools show it. */
  readonly initialKeyHash?: string;
  readonly contributions: readonly PublishedContribution[];
  /** sha-256 of the proving key's file. */
  readonly provingKeyHash: Hex;
  readonly vkHash: Hex;
  /** What the registry records. */
  readonly registry: VersionConfig["setup"];
}

export interface PtauIdentity {
  /** BLAKE2b-512 of the file, hex. */
  readonly blake2b: string;
  /** Name of the public file of that hash; absent for one that is not published. */
  readonly published?: string;
}

export interface PublishedContribution {
  readonly name?: string;
  /** 64 bytes, hex: what the contributor was shown. */
  readonly hash: string;
  readonly beacon?: { readonly hash: string; readonly iterations: number };
}

export function transcriptPath(keyPath: string): string {
  return `${keyPath.replace(/\.zkey$/, "")}.transcript.json`;
}

/** The transcript of the key with these bytes; `origin`: the circuit and the powers that it was made from. */
export function describeSetup(
  zkey: Uint8Array,
  origin: { circuitHash: Hex; ptau?: PtauIdentity },
): SetupTranscript {
  const key = readZkey(zkey);
  const { circuitHash, ptau } = origin;
  const transcript = ptau ? readTranscript(key.transcript) : undefined;
  const contributions = (transcript?.contributions ?? []).map((contribution): PublishedContribution => {
    const { name, beacon } = contribution;
    return {
      ...(name ? { name } : {}),
      hash: bytesToHex(contributionHash(contribution)),
      ...(beacon ? { beacon: { hash: bytesToHex(beacon.hash), iterations: beacon.iterations } } : {}),
    };
  });
  const isDev = usesDevPowers(zkey);
  return {
    format: "opg-setup/1",
    kind: isDev ? "dev" : "ceremony",
    circuitHash,
    ...(ptau ? { ptau } : {}),
    ...(transcript ? { initialKeyHash: bytesToHex(transcript.circuitHash) } : {}),
    contributions,
    provingKeyHash: sha256(zkey),
    vkHash: vkHash(toSolidityKey(keyOfZkey(key))),
    registry: isDev
      ? DEV_SETUP
      : {
          kind: SETUP_KIND.ceremony,
          // The published hash has 64 bytes and the registry's field 32: its hash can still be looked up by anyone.
          ptauHash: keccak256(`0x${ptau!.blake2b}`),
          transcriptHash: sha256(key.transcript),
          contributions: contributions.length,
        },
  };
}

/** `ceremonyId` of the dev ceremony, as `contracts/verify/DevCeremony.sol` has it. */
const DEV_CEREMONY_ID = "0x1d07b1760e9996ad221fb06f1504d787eddb3789bbfe276ec12872d668ed9eaa";

/** Whether a key rests on the dev ceremony's powers of tau, whose secrets are published. */
export function usesDevPowers(zkey: Uint8Array): boolean {
  return toSolidityKey(keyOfZkey(readZkey(zkey))).ceremonyId === DEV_CEREMONY_ID;
}

/** Writes a key and its transcript beside it. */
export async function writeSetup(
  keyPath: string,
  zkey: Uint8Array,
  origin: { circuitHash: Hex; ptau?: PtauIdentity },
): Promise<SetupTranscript> {
  const transcript = describeSetup(zkey, origin);
  await writeBytes(keyPath, zkey);
  await writeBytes(transcriptPath(keyPath), jsonText(transcript));
  return transcript;
}

/** @throws CliError TRANSCRIPT when the file is missing or no transcript. */
export async function readSetup(keyPath: string): Promise<SetupTranscript> {
  const path = transcriptPath(keyPath);
  if (!existsSync(path)) {
    throw new CliError(
      "TRANSCRIPT",
      `${path} is missing: fetch it with the key, or copy that of an earlier key of the same ceremony`,
    );
  }
  const transcript = (await readJson(path)) as Partial<SetupTranscript> | null;
  const isWhole =
    transcript?.format === "opg-setup/1" &&
    typeof transcript.circuitHash === "string" &&
    Array.isArray(transcript.contributions) &&
    (transcript.kind === "dev" || typeof transcript.ptau?.blake2b === "string");
  if (!isWhole) throw new CliError("TRANSCRIPT", `${path} is not a transcript of format opg-setup/1`);
  return transcript as SetupTranscript;
}

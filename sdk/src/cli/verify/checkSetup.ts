import { existsSync } from "node:fs";
import { join } from "node:path";
import { MODEL_FILES } from "@opg/circuits";
import {
  devSetup,
  fromSnarkjsKey,
  keyOfZkey,
  readZkey,
  toSnarkjsKey,
  toSolidityKey,
  verifyKey,
} from "@opg/groth16";
import { vkHash } from "../../proofs/vkHash.ts";
import { readBytes, readJson, sha256 } from "../files.ts";
import { identifyPtau } from "../setup/identifyPtau.ts";
import { requireSameTranscript } from "../setup/requireSameTranscript.ts";
import { readSetup, type SetupTranscript, transcriptPath, usesDevPowers } from "../setup/SetupTranscript.ts";
import type { Terminal } from "../Terminal.ts";
import { attempt, type Check, requireEqual, requireSameBytes } from "./Check.ts";

export interface CheckedSetup {
  readonly checks: readonly Check[];
  /** The key's transcript, as checked or, failing that, as published. */
  readonly setup: SetupTranscript | undefined;
}

/**
 * Checks the proving key in `folder` against `circuit` (undefined: it could not be derived) and, for a ceremony,
 * against the powers of tau; and the verification key against the proving key.
 */
export async function checkSetup(
  folder: string,
  circuit: Uint8Array | undefined,
  ptau: string | undefined,
  terminal: Terminal,
): Promise<CheckedSetup> {
  const keyPath = join(folder, MODEL_FILES.provingKey);
  const published = existsSync(transcriptPath(keyPath)) ? await readSetup(keyPath) : undefined;
  if (!existsSync(keyPath)) {
    const detail = `${keyPath} is not there: without the proving key nobody can check what the key proves`;
    return { checks: [{ name: "setup", status: "not checked", detail }], setup: published };
  }
  const zkey = await readBytes(keyPath);
  const key = await checkVerificationKey(folder, zkey, published);
  const setup = key.status === "failed" ? undefined : published;
  const derivation = await checkDerivation(keyPath, zkey, circuit, ptau, terminal);
  return { checks: [derivation, key], setup };
}

/** That the proving key follows from the circuit: by the published dev secrets, or by a ceremony's transcript. */
async function checkDerivation(
  keyPath: string,
  zkey: Uint8Array,
  circuit: Uint8Array | undefined,
  ptau: string | undefined,
  terminal: Terminal,
): Promise<Check> {
  const name = "setup";
  if (!circuit) return { name, status: "failed", detail: "the circuit could not be made again, see above" };
  const circuitHash = sha256(circuit);
  if (ptau !== undefined) {
    return attempt(name, async () => {
      const identity = await identifyPtau(ptau, terminal.progress);
      terminal.announce("checking the setup against circuit and powers of tau");
      await verifyKey(circuit, await readBytes(ptau), zkey, { onProgress: terminal.progress });
      const setup = await requireSameTranscript(keyPath, zkey, { circuitHash, ptau: identity });
      const unsafe = setup.kind === "dev" ? "DEV, UNSAFE: " : "";
      return `${unsafe}${setup.contributions.length} contributions lead from circuit and powers of tau to this key`;
    });
  }
  const isDev = await attempt(name, () => String(usesDevPowers(zkey)));
  if (isDev.status === "failed") return isDev;
  if (isDev.detail === "false") {
    return { name, status: "not checked", detail: "give the powers of tau of its ceremony with --ptau FILE" };
  }
  return attempt(name, async () => {
    terminal.announce("making the dev key again");
    requireSameBytes(MODEL_FILES.provingKey, zkey, (await devSetup(circuit)).zkey);
    await requireSameTranscript(keyPath, zkey, { circuitHash });
    return "DEV, UNSAFE: made again from the published secrets";
  });
}

function checkVerificationKey(
  folder: string,
  zkey: Uint8Array,
  published: SetupTranscript | undefined,
): Promise<Check> {
  return attempt("verification key", async () => {
    const key = keyOfZkey(readZkey(zkey));
    const hash = vkHash(toSolidityKey(key));
    requireEqual("vkHash of the transcript", published?.vkHash, hash);
    const path = join(folder, MODEL_FILES.verificationKey);
    if (existsSync(path)) {
      const found = toSnarkjsKey(fromSnarkjsKey(await readJson(path)));
      requireEqual(path, JSON.stringify(found), JSON.stringify(toSnarkjsKey(key)));
    }
    return hash;
  });
}

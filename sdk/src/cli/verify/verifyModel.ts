import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeModel, MODEL_FILES, type ModelArtifact, type ModelManifest } from "@opg/circuits";
import {
  devSetup,
  fromSnarkjsKey,
  keyOfZkey,
  readZkey,
  toSnarkjsKey,
  toSolidityKey,
  verifyKey,
} from "@opg/groth16";
import type { Hex } from "viem";
import { vkHash } from "../../proofs/vkHash.ts";
import { COMPILE_RECORD_FILE, readCompileRecord, recompile } from "../compile/CompileRecord.ts";
import { jsonText, readBytes, readJson, sha256 } from "../files.ts";
import { identifyPtau } from "../setup/identifyPtau.ts";
import { requireSameTranscript } from "../setup/requireSameTranscript.ts";
import { readSetup, type SetupTranscript, usesDevPowers } from "../setup/SetupTranscript.ts";
import type { Terminal } from "../Terminal.ts";
import { attempt, type Check, Mismatch, requireEqual, requireSameBytes } from "./Check.ts";
import { checkRecord, type RegistryAddress } from "./checkRecord.ts";

export interface VerifyModelOptions {
  /** Folder of the published files. */
  readonly folder: string;
  readonly onnx: string;
  readonly ptau?: string | undefined;
  readonly registry?: RegistryAddress | undefined;
}

export interface VerifiedModel {
  readonly checks: readonly Check[];
  /** What no check of this kind can show. */
  readonly trusted: readonly string[];
  readonly modelHash: Hex;
  readonly circuitHash?: Hex;
  readonly vkHash?: Hex;
}

/**
 * Checks a published model from its ONNX file alone: the circuit is made again and compared byte for byte, the setup
 * is checked against that circuit, and the chain's record against both. A missing file fails the check that needs it.
 */
export async function verifyModel(options: VerifyModelOptions, terminal: Terminal): Promise<VerifiedModel> {
  const file = (name: string) => join(options.folder, name);
  const onnx = await readBytes(options.onnx);
  const modelHash = sha256(onnx);
  const checks: Check[] = [];
  let derived: ModelArtifact | undefined;
  let manifest: ModelManifest | undefined;
  let setup: SetupTranscript | undefined;
  const check = async (name: string, body: () => string | Promise<string>) => {
    checks.push(await attempt(name, body));
  };

  await check("model file", async () => {
    manifest = (await readJson(file(MODEL_FILES.manifest))) as ModelManifest;
    requireEqual("sha-256 of the ONNX file", modelHash, manifest.modelHash);
    return modelHash;
  });
  await check("circuit re-derived", async () => {
    const record = await readCompileRecord(file(COMPILE_RECORD_FILE));
    terminal.announce("compiling the model again");
    derived = describeModel(record.name, onnx, recompile(onnx, record), record.labels);
    const published = await readBytes(file(MODEL_FILES.circuit));
    requireSameBytes(MODEL_FILES.circuit, published, derived.circuit);
    return `${published.length} bytes, all the same`;
  });
  await check("circuit hash", async () => {
    const published = sha256(await readBytes(file(MODEL_FILES.circuit)));
    requireEqual(`sha-256 of ${MODEL_FILES.circuit}`, published, manifest?.circuitHash);
    return published;
  });
  await check("witness program", async () => {
    requireSameBytes(
      MODEL_FILES.witnessProgram,
      await readBytes(file(MODEL_FILES.witnessProgram)),
      needed(derived, "the circuit").witnessProgram,
    );
    return "the same";
  });
  await check("manifest", () => {
    const right = needed(derived, "the circuit").manifest;
    requireEqual("manifest.json", jsonText(manifest), jsonText(right));
    return "input and output formats are the circuit's";
  });

  const keyPath = file(MODEL_FILES.provingKey);
  if (existsSync(keyPath)) {
    const zkey = await readBytes(keyPath);
    const circuit = derived?.circuit;
    const isDev = await attempt("", () => String(usesDevPowers(zkey)));
    const isDevKey = isDev.detail === "true" && options.ptau === undefined;
    if (isDevKey || options.ptau !== undefined) {
      await check("setup", async () => {
        const r1cs = needed(circuit, "the circuit");
        if (!isDevKey) {
          const ptau = await identifyPtau(options.ptau!, terminal.progress);
          terminal.announce("checking the setup against circuit and powers of tau");
          await verifyKey(r1cs, await readBytes(options.ptau!), zkey, { onProgress: terminal.progress });
          setup = await requireSameTranscript(keyPath, zkey, { circuitHash: sha256(r1cs), ptau });
          return `${setup.contributions.length} contributions lead from circuit and powers of tau to this key`;
        }
        terminal.announce("making the dev key again");
        requireSameBytes(MODEL_FILES.provingKey, zkey, (await devSetup(r1cs)).zkey);
        setup = await requireSameTranscript(keyPath, zkey, { circuitHash: sha256(r1cs) });
        return "DEV, UNSAFE: made again from the published secrets";
      });
    } else if (isDev.status === "failed") {
      checks.push({ name: "setup", status: "failed", detail: isDev.detail });
    } else {
      checks.push({
        name: "setup",
        status: "not checked",
        detail: "give the powers of tau with --ptau FILE",
      });
    }
    await check("verification key", async () => {
      const hash = vkHash(toSolidityKey(keyOfZkey(readZkey(zkey))));
      const published = setup ?? (await readSetup(keyPath));
      requireEqual("vkHash of the key", hash, published.vkHash);
      if (existsSync(file(MODEL_FILES.verificationKey))) {
        const json = fromSnarkjsKey(await readJson(file(MODEL_FILES.verificationKey)));
        requireEqual(
          MODEL_FILES.verificationKey,
          JSON.stringify(toSnarkjsKey(json)),
          JSON.stringify(toSnarkjsKey(keyOfZkey(readZkey(zkey)))),
        );
      }
      setup ??= published;
      return hash;
    });
  } else {
    checks.push({
      name: "setup",
      status: "not checked",
      detail: `${keyPath} is not published: the weights are hidden, and nobody can check what the key proves`,
    });
  }

  if (options.registry) {
    const { registry } = options;
    await check("registry record", () =>
      checkRecord(registry, { modelHash, manifest: needed(derived, "the circuit").manifest, setup }),
    );
  } else {
    checks.push({
      name: "registry record",
      status: "not checked",
      detail: "give --rpc URL --registry ADDRESS --version ID",
    });
  }
  return {
    checks,
    trusted: trustedIn(checks, setup, options),
    modelHash,
    ...(derived ? { circuitHash: derived.manifest.circuitHash } : {}),
    ...(setup ? { vkHash: setup.vkHash } : {}),
  };
}

function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Mismatch(`${what} could not be made again, see above`);
  return value;
}

function trustedIn(
  checks: readonly Check[],
  setup: SetupTranscript | undefined,
  { registry, onnx }: VerifyModelOptions,
): string[] {
  const isSetupChecked = checks.some(({ name, status }) => name === "setup" && status === "ok");
  return [
    `that ${onnx} is the model you mean, and that it answers well`,
    "this software, and the machine it runs on",
    ...(setup?.kind === "dev"
      ? ["EVERYONE not to forge: the secrets of the dev ceremony are published"]
      : isSetupChecked
        ? [
            `that one of the ${setup?.contributions.length ?? 0} contributors to phase 2, and one of those to the powers of tau, forgot his secret`,
            ...(setup?.ptau?.published
              ? []
              : ["the powers of tau: the file is none of the public ceremony's"]),
          ]
        : ["the whole setup: it was not checked"]),
    registry ? `the answers of ${registry.rpc}` : "that a registry records these hashes",
  ];
}

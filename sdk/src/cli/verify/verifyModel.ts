import { join } from "node:path";
import { describeModel, MODEL_FILES, type ModelArtifact, type ModelManifest } from "@opg/circuits";
import type { Hex } from "viem";
import { COMPILE_RECORD_FILE, readCompileRecord, recompile } from "../compile/CompileRecord.ts";
import { jsonText, readBytes, readJson, sha256 } from "../files.ts";
import type { SetupTranscript } from "../setup/SetupTranscript.ts";
import type { Terminal } from "../Terminal.ts";
import { attempt, type Check, Mismatch, requireEqual, requireSameBytes } from "./Check.ts";
import { checkRecord, type RegistryAddress } from "./checkRecord.ts";
import { checkSetup } from "./checkSetup.ts";

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
 * Checks a published model from its ONNX file: the circuit is made again and compared byte for byte, the setup is
 * checked against that circuit, and the chain's record against both. A missing file fails the check that needs it.
 */
export async function verifyModel(options: VerifyModelOptions, terminal: Terminal): Promise<VerifiedModel> {
  const onnx = await readBytes(options.onnx);
  const modelHash = sha256(onnx);
  const { checks: circuitChecks, derived } = await checkCircuit(options.folder, onnx, modelHash, terminal);
  const { checks: setupChecks, setup } = await checkSetup(
    options.folder,
    derived?.circuit,
    options.ptau,
    terminal,
  );
  const record = await checkRegistry(options.registry, { modelHash, derived, setup });
  const checks = [...circuitChecks, ...setupChecks, record];
  return {
    checks,
    trusted: trustedIn(checks, setup, options),
    modelHash,
    ...(derived ? { circuitHash: derived.manifest.circuitHash } : {}),
    ...(setup ? { vkHash: setup.vkHash } : {}),
  };
}

async function checkCircuit(
  folder: string,
  onnx: Uint8Array,
  modelHash: Hex,
  terminal: Terminal,
): Promise<{ checks: Check[]; derived: ModelArtifact | undefined }> {
  const file = (name: string) => join(folder, name);
  let derived: ModelArtifact | undefined;
  let manifest: ModelManifest | undefined;
  const checks = [
    await attempt("model file", async () => {
      manifest = (await readJson(file(MODEL_FILES.manifest))) as ModelManifest;
      requireEqual("sha-256 of the ONNX file", modelHash, manifest.modelHash);
      return modelHash;
    }),
    await attempt("circuit re-derived", async () => {
      const record = await readCompileRecord(file(COMPILE_RECORD_FILE));
      terminal.announce("compiling the model again");
      derived = describeModel(record.name, onnx, recompile(onnx, record), record.labels);
      const published = await readBytes(file(MODEL_FILES.circuit));
      requireSameBytes(MODEL_FILES.circuit, published, derived.circuit);
      return `${published.length} bytes, all the same`;
    }),
    await attempt("circuit hash", async () => {
      const published = sha256(await readBytes(file(MODEL_FILES.circuit)));
      requireEqual(`sha-256 of ${MODEL_FILES.circuit}`, published, manifest?.circuitHash);
      return published;
    }),
    await attempt("witness program", async () => {
      const published = await readBytes(file(MODEL_FILES.witnessProgram));
      requireSameBytes(MODEL_FILES.witnessProgram, published, required(derived).witnessProgram);
      return "the same bytes";
    }),
    await attempt("manifest", () => {
      requireEqual(MODEL_FILES.manifest, jsonText(manifest), jsonText(required(derived).manifest));
      return "input and output formats are the circuit's";
    }),
  ];
  return { checks, derived };
}

async function checkRegistry(
  registry: RegistryAddress | undefined,
  expected: {
    modelHash: Hex;
    derived: ModelArtifact | undefined;
    setup: SetupTranscript | undefined;
  },
): Promise<Check> {
  const name = "registry record";
  if (!registry) {
    return { name, status: "not checked", detail: "give --rpc URL --registry ADDRESS --version ID" };
  }
  const { modelHash, derived, setup } = expected;
  return attempt(name, () =>
    checkRecord(registry, { modelHash, manifest: required(derived).manifest, setup }),
  );
}

function required(derived: ModelArtifact | undefined): ModelArtifact {
  if (!derived) throw new Mismatch("the circuit could not be made again, see above");
  return derived;
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
    ...trustedInSetup(isSetupChecked, setup),
    registry ? `the answers of ${registry.rpc}` : "that a registry records these hashes",
  ];
}

function trustedInSetup(isChecked: boolean, setup: SetupTranscript | undefined): string[] {
  if (setup?.kind === "dev") return ["everyone: with the published dev secrets anyone can forge proofs"];
  if (!isChecked || !setup) return ["the whole setup: it was not checked"];
  return [
    `that one of the ${setup.contributions.length} contributors to phase 2 forgot his secret`,
    setup.ptau?.published
      ? `that one of the contributors to ${setup.ptau.published} forgot his secret`
      : "the powers of tau: the file is none of the public ceremony's",
  ];
}

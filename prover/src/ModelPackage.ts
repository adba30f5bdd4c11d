import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  MODEL_FILES,
  type ModelArtifact,
  type ModelManifest,
  readWitnessProgram,
  type WitnessProgram,
} from "@opg/circuits";
import { fromSnarkjsKey, toSnarkjsKey, type VerificationKey } from "@opg/groth16";
import { ModelPackageError } from "./errors.ts";

/** A compiled model with its keys: all that proving takes. It knows nothing of ONNX. */
export interface ModelPackage {
  readonly manifest: ModelManifest;
  readonly program: WitnessProgram;
  /** Bytes of the `.zkey` file. */
  readonly provingKey: Uint8Array;
  readonly verificationKey: VerificationKey;
}

/** Writes a model's files into `folder`, which is made where it is missing. */
export async function saveModelPackage(
  folder: string,
  artifact: ModelArtifact,
  keys: { readonly zkey: Uint8Array; readonly vkey: VerificationKey },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, data: string | Uint8Array) => writeFile(join(folder, name), data);
  await write(MODEL_FILES.circuit, artifact.circuit);
  await write(MODEL_FILES.witnessProgram, artifact.witnessProgram);
  await write(MODEL_FILES.provingKey, keys.zkey);
  await write(MODEL_FILES.verificationKey, `${JSON.stringify(toSnarkjsKey(keys.vkey), null, 2)}\n`);
  // Last, so that a folder with a manifest is a whole one.
  await write(MODEL_FILES.manifest, `${JSON.stringify(artifact.manifest, null, 2)}\n`);
}

/**
 * Reads a model's files.
 * @throws ModelPackageError when a file is missing or the manifest is of another format.
 */
export async function loadModelPackage(folder: string): Promise<ModelPackage> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await readFile(join(folder, name)));
    } catch {
      throw new ModelPackageError(`${join(folder, name)} cannot be read`);
    }
  };
  const json = async (name: string) => JSON.parse(Buffer.from(await read(name)).toString("utf8"));
  const manifest: ModelManifest = await json(MODEL_FILES.manifest);
  if (manifest.format !== "opg-model/1") {
    throw new ModelPackageError(
      `${folder} has the model format ${manifest.format}, this version reads opg-model/1`,
    );
  }
  return {
    manifest,
    program: readWitnessProgram(await read(MODEL_FILES.witnessProgram)),
    provingKey: await read(MODEL_FILES.provingKey),
    verificationKey: fromSnarkjsKey(await json(MODEL_FILES.verificationKey)),
  };
}

import { readFile } from "node:fs/promises";
import { type CompiledModel, compileModel, describeModel, type ModelArtifact } from "@opg/circuits";
import type { CatalogEntry } from "./catalog.ts";
import type { CalibrationFile, ModelFacts } from "./formats.ts";

/** Widest input lane that the example models get: each feature has a scale of its own, so 16 bits resolve it. */
const MAX_INPUT_BITS = 16;

export interface CompiledCatalogModel extends ModelArtifact {
  readonly compiled: CompiledModel;
  readonly facts: ModelFacts;
}

/** Compiles one of the example models from its ONNX file, calibrated on training inputs. */
export async function compileCatalogModel(entry: CatalogEntry): Promise<CompiledCatalogModel> {
  const facts = await readModelFile<ModelFacts>(entry, entry.facts);
  const calibration = await readModelFile<CalibrationFile>(entry, entry.calibration);
  const onnx = new Uint8Array(await readFile(modelFile(entry, entry.onnx)));
  const ranges = facts.inputRanges.map(({ declared: [min, max] }) => ({ min, max }));
  const count = facts.inputShape.reduce((product, n) => product * n, 1);
  const compiled = compileModel(onnx, {
    calibration: calibration.inputs,
    input: {
      bits: Math.min(facts.inputBits, MAX_INPUT_BITS),
      ranges: Array.from({ length: count }, (_, i) => ranges[i % ranges.length]!),
    },
  });
  return { ...describeModel(entry.name, onnx, compiled, facts.labels), compiled, facts };
}

export async function readModelFile<T>(entry: CatalogEntry, file: string): Promise<T> {
  return JSON.parse(await readFile(modelFile(entry, file), "utf8")) as T;
}

function modelFile({ folder }: CatalogEntry, file: string): URL {
  return new URL(`./${folder}/${file}`, import.meta.url);
}

import { readFileSync } from "node:fs";
import type { CalibrationFile, ModelFacts, SampleFile } from "../../../models/formats.ts";

/** Every shipped model: its folder, the name of its ONNX file without the ending, and of its samples file. */
export const MODELS = [
  { folder: "breast-cancer", name: "logistic", samples: "logistic.samples.json" },
  { folder: "breast-cancer", name: "mlp", samples: "mlp.samples.json" },
  { folder: "mnist-mlp", name: "model", samples: "samples.json" },
  { folder: "eth-volatility", name: "model", samples: "samples.json" },
] as const;

/** Bytes of a file under `models/`. */
export function readModelFile(path: string): Buffer {
  return readFileSync(new URL(`../../../models/${path}`, import.meta.url));
}

function readJson(path: string): unknown {
  return JSON.parse(readModelFile(path).toString("utf8"));
}

export function readFacts(folder: string, name: string): ModelFacts {
  return readJson(`${folder}/${name}.json`) as ModelFacts;
}

export function readSamples<T = unknown>(folder: string, file = "samples.json"): SampleFile<T> {
  return readJson(`${folder}/${file}`) as SampleFile<T>;
}

export function readCalibration(folder: string): CalibrationFile {
  return readJson(`${folder}/calibration.json`) as CalibrationFile;
}

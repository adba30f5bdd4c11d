import type { Sample, ValueRange } from "@opg/circuits";
import { CliError } from "../CliError.ts";
import { readJson } from "../files.ts";

/** What a compiler must be told and cannot read from the ONNX file. */
export interface Facts {
  /** Name of the graph's input and shape of one inference, where the file says so. */
  readonly input?: string;
  readonly inputShape?: readonly number[];
  readonly inputBits?: number;
  readonly ranges: readonly ValueRange[];
  readonly labels: readonly string[];
}

/**
 * Input values, a list for each sample, from `{ "shape", "inputs": [[...], ...] }` or
 * `{ "samples": [{ "input": [...] }, ...] }`.
 * @throws CliError SAMPLES
 */
export async function readSamples(path: string): Promise<Sample[]> {
  const file = (await readJson(path)) as { inputs?: unknown; samples?: { input?: unknown }[] } | null;
  const inputs =
    file?.inputs ?? (Array.isArray(file?.samples) ? file.samples.map((s) => s?.input) : undefined);
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new CliError("SAMPLES", `${path} has no samples: write { "shape": [...], "inputs": [[...], ...] }`);
  }
  for (const [i, sample] of inputs.entries()) {
    const isNumbers = Array.isArray(sample) && sample.every((x) => typeof x === "number");
    if (!isNumbers) throw new CliError("SAMPLES", `sample ${i} of ${path} is not a list of numbers`);
    if (sample.length !== inputs[0].length) {
      throw new CliError(
        "SAMPLES",
        `sample ${i} of ${path} has ${sample.length} values, the first one ${inputs[0].length}`,
      );
    }
  }
  return inputs as Sample[];
}

/**
 * Reads a model's facts file: `inputRanges`, one for each feature of the last axis or one for all, each with the
 * `declared` bounds; and where given `input`, `inputShape`, `inputBits`, `labels`.
 * @throws CliError FACTS
 */
export async function readFacts(path: string): Promise<Facts> {
  const file = (await readJson(path)) as {
    input?: string;
    inputShape?: number[];
    inputBits?: number;
    inputRanges?: { declared?: number[] }[];
    labels?: string[];
  } | null;
  if (!Array.isArray(file?.inputRanges) || file.inputRanges.length === 0) {
    throw new CliError("FACTS", `${path} has no inputRanges: give [{ "declared": [low, high] }, ...]`);
  }
  const ranges = file.inputRanges.map(({ declared }, i): ValueRange => {
    const [min, max] = declared ?? [];
    if (typeof min !== "number" || typeof max !== "number") {
      throw new CliError("FACTS", `inputRanges[${i}] of ${path} has no "declared": [low, high]`);
    }
    return { min, max };
  });
  const { input, inputShape, inputBits, labels = [] } = file;
  return {
    ...(input === undefined ? {} : { input }),
    ...(inputShape === undefined ? {} : { inputShape }),
    ...(inputBits === undefined ? {} : { inputBits }),
    ranges,
    labels,
  };
}

/**
 * A range for each element from the calibration samples, wider by `margin` of its span on either side but not below 0
 * where no sample is. An element that never changes gets the range of all elements: its samples say too little.
 */
export function rangesWithMargin(samples: readonly Sample[], margin: number): ValueRange[] {
  const widened = (values: readonly number[]): ValueRange => {
    const min = values.reduce((a, b) => Math.min(a, b));
    const max = values.reduce((a, b) => Math.max(a, b));
    const room = (max - min) * margin;
    return { min: min >= 0 ? Math.max(0, min - room) : min - room, max: max + room };
  };
  const all = widened(samples.flat());
  return samples[0]!.map((_, i) => {
    const values = samples.map((sample) => sample[i]!);
    return values.every((x) => x === values[0]) ? all : widened(values);
  });
}

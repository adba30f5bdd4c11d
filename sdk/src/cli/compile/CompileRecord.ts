import { type CompiledModel, type CompileOptions, compileModel } from "@opg/circuits";
import { CliError } from "../CliError.ts";
import { readJson } from "../files.ts";

/**
 * `compile.json` beside a compiled model: with the ONNX file, all that makes the same circuit again. The calibration
 * samples are not in it, only the extremes that were taken from them.
 */
export interface CompileRecord {
  readonly format: "opg-compile/1";
  /** Version of the compiler that made the circuit. */
  readonly compiler: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly options: Omit<CompileOptions, "calibration" | "calibrated" | "examples">;
  readonly calibrated: readonly number[];
}

export const COMPILE_RECORD_FILE = "compile.json";

/** @throws CliError COMPILE_RECORD */
export async function readCompileRecord(path: string): Promise<CompileRecord> {
  const record = (await readJson(path)) as Partial<CompileRecord> | null;
  const isWhole =
    record?.format === "opg-compile/1" &&
    typeof record.name === "string" &&
    Array.isArray(record.labels) &&
    typeof record.options === "object" &&
    Array.isArray(record.calibrated) &&
    record.calibrated.every((x) => typeof x === "number");
  if (!isWhole)
    throw new CliError("COMPILE_RECORD", `${path} is not a compile record of format opg-compile/1`);
  return record as CompileRecord;
}

/** Compiles `onnx` as `record` says, without any samples. */
export function recompile(onnx: Uint8Array, record: CompileRecord): CompiledModel {
  return compileModel(onnx, { ...record.options, calibrated: record.calibrated, calibration: [] });
}

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  buildReport,
  type CompiledModel,
  type CompileOptions,
  compileModel,
  DEFAULT_QUANTIZATION,
  describeModel,
  type FidelityReport,
  MODEL_FILES,
  measureFidelity,
  renderReport,
  type Sample,
} from "@opg/circuits";
import { Command } from "commander";
import { UsageError } from "../CliError.ts";
import { jsonText, readBytes, writeBytes } from "../files.ts";
import { type CommonOptions, common, namedShape, positiveNumber, wholeNumber } from "../options.ts";
import { columns, strong, Terminal } from "../Terminal.ts";
import { COMPILE_RECORD_FILE, type CompileRecord } from "./CompileRecord.ts";
import { type Facts, rangesWithMargin, readFacts, readSamples } from "./sampleFiles.ts";
import { searchBits } from "./searchBits.ts";

/** Widest input lane that is chosen without being asked for. */
const DEFAULT_INPUT_BITS = 16;

interface Flags extends CommonOptions {
  readonly calibrate: string;
  readonly out: string;
  readonly facts?: string;
  readonly evaluate?: string;
  readonly name?: string;
  readonly inputBits?: number;
  readonly activationBits?: number;
  readonly outputBits?: number;
  readonly publicInputs?: boolean;
  readonly output?: readonly string[];
  readonly shape?: Readonly<Record<string, readonly number[]>>;
  readonly margin: number;
  readonly target?: number;
}

/** `opg compile`: an ONNX file to a circuit, with a report of what it costs and how faithful it is. */
export function compileCommand(): Command {
  const command = new Command("compile")
    .description("Compile an ONNX file to a circuit and report its cost and fidelity.")
    .argument("<model>", "the ONNX file")
    .requiredOption("--calibrate <file>", 'representative inputs: { "shape", "inputs": [[...], ...] }')
    .requiredOption("--out <dir>", "folder for the circuit's files")
    .option("--facts <file>", "declared input ranges and labels; else ranges come from the calibration")
    .option("--margin <part>", "room around calibrated ranges, as a part of their span", positiveNumber, 0.25)
    .option("--evaluate <file>", "inputs to measure fidelity on; else the calibration's")
    .option("--name <name>", "the model's name; else the file's")
    .option(
      "--input-bits <n>",
      `bits of an input value, sign included (default: up to ${DEFAULT_INPUT_BITS})`,
      wholeNumber(1, 32),
    )
    .option(
      "--activation-bits <n>",
      `bits of an activation's usual range (default: ${DEFAULT_QUANTIZATION.activationBits})`,
      wholeNumber(2, 32),
    )
    .option(
      "--output-bits <n>",
      `bits of an output's usual range (default: ${DEFAULT_QUANTIZATION.outputBits})`,
      wholeNumber(2, 48),
    )
    .option("--target <error>", "search for the cheapest bits within this relative error", positiveNumber)
    .option("--public-inputs", "show the inputs in the statement instead of a commitment to them")
    .option("--output <name...>", "outputs to keep, in this order; else all")
    .option("--shape <name=sizes>", "shape of an input that the model leaves open", namedShape)
    .action(compile);
  return common(command, [
    "opg compile model.onnx --calibrate calibration.json --out build/model",
    "opg compile mlp.onnx --facts mlp.json --calibrate calibration.json --evaluate heldout.json --out build/mlp",
    "opg compile model.onnx --calibrate calibration.json --target 0.001 --out build/model --json",
  ]);
}

async function compile(model: string, flags: Flags): Promise<void> {
  const terminal = new Terminal(flags.json);
  const onnx = await readBytes(model);
  const calibration = await readSamples(flags.calibrate);
  const facts = flags.facts === undefined ? undefined : await readFacts(flags.facts);
  const samples = flags.evaluate === undefined ? calibration : await readSamples(flags.evaluate);
  const name = flags.name ?? basename(model).replace(/\.onnx$/, "");
  terminal.announce(`compiling ${model}`);
  const wanted = optionsOf(flags, calibration, facts);
  const { options, compiled } =
    flags.target === undefined
      ? { options: wanted, compiled: compileModel(onnx, wanted) }
      : searchBits(onnx, wanted, samples, flags.target, (line) => process.stderr.write(`${line}\n`));

  const labels = facts?.labels ?? [];
  const artifact = describeModel(name, onnx, compiled, labels);
  const measurement = measureFidelity(compiled, samples, {
    isBinary: labels.length === 2,
    onProgress: (done) => terminal.progress("measuring fidelity", done),
  });
  const report = buildReport(artifact.manifest, compiled.circuit.costs, measurement);
  const files: [string, Uint8Array | string][] = [
    [MODEL_FILES.manifest, jsonText(artifact.manifest)],
    [MODEL_FILES.circuit, artifact.circuit],
    [MODEL_FILES.witnessProgram, artifact.witnessProgram],
    [COMPILE_RECORD_FILE, jsonText(recordOf(name, labels, options, compiled))],
    ["report.json", jsonText(report)],
    ["report.html", renderReport(report)],
  ];
  for (const [file, bytes] of files) await writeBytes(join(flags.out, file), bytes);
  terminal.result(
    { ...report, settings: settingsOf(options), out: flags.out, files: files.map(([file]) => file) },
    [...describeReport(report), "", `wrote ${files.map(([file]) => file).join(", ")} to ${flags.out}`],
  );
}

function optionsOf(flags: Flags, calibration: readonly Sample[], facts: Facts | undefined): CompileOptions {
  const count = calibration[0]!.length;
  if (facts && count % facts.ranges.length !== 0) {
    throw new UsageError(
      `${flags.facts} declares ${facts.ranges.length} input ranges, a sample of ${flags.calibrate} has ${count} values`,
    );
  }
  const ranges = facts
    ? Array.from({ length: count }, (_, i) => facts.ranges[i % facts.ranges.length]!)
    : rangesWithMargin(calibration, flags.margin);
  const shapes = {
    ...(facts?.input && facts.inputShape ? { [facts.input]: facts.inputShape } : {}),
    ...flags.shape,
  };
  const bits = flags.inputBits ?? Math.min(facts?.inputBits ?? DEFAULT_INPUT_BITS, DEFAULT_INPUT_BITS);
  return {
    calibration,
    input: { bits, ranges },
    inputVisibility: flags.publicInputs ? "public" : "committed",
    ...(flags.activationBits === undefined ? {} : { activationBits: flags.activationBits }),
    ...(flags.outputBits === undefined ? {} : { outputBits: flags.outputBits }),
    ...(flags.output === undefined ? {} : { outputs: flags.output }),
    ...(Object.keys(shapes).length > 0 ? { shapes } : {}),
  };
}

function recordOf(
  name: string,
  labels: readonly string[],
  { calibration: _, ...options }: CompileOptions,
  { quantized }: CompiledModel,
): CompileRecord {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return {
    format: "opg-compile/1",
    compiler: version,
    name,
    labels,
    // Defaults are written down too: a later compiler may have others.
    options: { ...DEFAULT_QUANTIZATION, ...options },
    calibrated: quantized.calibrated,
  };
}

function settingsOf({ input, activationBits, outputBits, functionTolerance }: CompileOptions) {
  const set = { activationBits, outputBits, functionTolerance };
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  return { inputBits: input.bits, ...DEFAULT_QUANTIZATION, ...given };
}

function describeReport(report: FidelityReport): string[] {
  const { fidelity, causes } = report;
  const costs = report.layers.map(({ layer, constraints, causes: by }) => [
    layer,
    constraints.toLocaleString("en"),
    Object.entries(by)
      .map(([cause, n]) => `${cause} ${n.toLocaleString("en")}`)
      .join(", "),
  ]);
  const agreement =
    fidelity.top1Agreement === undefined
      ? ""
      : `, same class in ${(100 * fidelity.top1Agreement).toFixed(2)} %`;
  return [
    strong(
      `${report.name}: ${report.constraints.toLocaleString("en")} constraints, domain 2^${Math.log2(report.domain)}`,
    ),
    ...columns([["layer", "constraints", "causes"], ...costs]),
    `by cause: ${Object.entries(causes)
      .map(([cause, n]) => `${cause} ${n.toLocaleString("en")}`)
      .join(", ")}`,
    `fidelity on ${fidelity.samples} samples: largest error ${fidelity.maxAbsError.toExponential(2)}, ` +
      `relative ${fidelity.maxRelError.toExponential(2)}${agreement}`,
    ...(fidelity.outOfRange > 0
      ? [`${fidelity.outOfRange} samples lie outside the declared input range and were left out`]
      : []),
  ];
}

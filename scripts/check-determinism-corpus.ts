/**
 * Compiles the networks of a folder (`NAME/network.onnx`, `NAME/input.json`) and says which of their wires are not
 * determined.
 *
 *   node scripts/check-determinism-corpus.ts DIR [--max CONSTRAINTS]
 *
 * DIR may be a single network's folder. Circuits above the maximum (80,000) are left out. Exit status: 1 when a wire is
 * free or undecided, or a network cannot be compiled.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileModel } from "../circuits/src/index.ts";
import { checkDeterminism } from "../circuits/src/soundness/checkDeterminism.ts";
import { givenWiresOf } from "../circuits/src/soundness/givenWires.ts";
import { networkInputs } from "./conformance/networkInputs.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { max: { type: "string", default: "80000" } },
});
const [folder] = positionals;
if (positionals.length !== 1 || folder === undefined) {
  console.error("usage: check-determinism-corpus DIR [--max CONSTRAINTS]");
  process.exit(64);
}

/** One line about a network. */
function check(network: string): string {
  const onnx = readFileSync(join(network, "network.onnx"));
  const { samples, ranges, tensors } = networkInputs(onnx, readFileSync(join(network, "input.json"), "utf8"));
  const { circuit } = compileModel(onnx, { calibration: samples, input: { ranges }, examples: tensors });
  const count = circuit.r1cs.nConstraints;
  if (count > Number(values.max)) return `left out: ${count} constraints`;
  const started = performance.now();
  const report = checkDeterminism(circuit.r1cs, { given: givenWiresOf(circuit.program) });
  if (report.undetermined.length + report.undecided.length > 0) process.exitCode = 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const open = `${report.undetermined.length} free, ${report.undecided.length} undecided`;
  return `${count} constraints, ${report.determined.length} wires determined, ${open} (${seconds} s)`;
}

if (existsSync(join(folder, "network.onnx"))) {
  console.log(check(folder));
} else {
  for (const name of readdirSync(folder).sort()) {
    if (!existsSync(join(folder, name, "network.onnx"))) continue;
    // A process each: a network too large for memory must not take the others with it.
    const args = [fileURLToPath(import.meta.url), join(folder, name), "--max", values.max];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    console.log(`${name}: ${stdout.trim() || "not compiled"}`);
    if (status !== 0) process.exitCode = 1;
  }
}

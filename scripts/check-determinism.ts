/**
 * Says which wires of an `.r1cs` file are determined by its inputs.
 *
 * node scripts/check-determinism.ts FILE.r1cs [--program FILE] [--given 4,5,6] [--json]
 *
 * The inputs are those that the witness program of a compiled model names, the wires listed, or (circom's
 * files) those that the file's header declares. Exit status: 0 all determined, 1 a wire is free, 2 a wire is
 * undecided, 64 wrong usage.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readR1cs } from "@opg/groth16";
import { readWitnessProgram } from "../circuits/src/artifact/witnessProgramFile.ts";
import { checkDeterminism } from "../circuits/src/soundness/checkDeterminism.ts";
import type { DeterminismReport } from "../circuits/src/soundness/DeterminismReport.ts";
import { declaredInputs, givenWiresOf } from "../circuits/src/soundness/givenWires.ts";

const USAGE = "usage: check-determinism FILE.r1cs [--program FILE] [--given WIRE,WIRE,...] [--json]";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { program: { type: "string" }, given: { type: "string" }, json: { type: "boolean" } },
});
const [file] = positionals;
if (positionals.length !== 1 || file === undefined) {
  console.error(USAGE);
  process.exit(64);
}
const r1cs = readR1cs(readFileSync(file));
const given = values.program
  ? givenWiresOf(readWitnessProgram(readFileSync(values.program)))
  : values.given
    ? values.given.split(",").map(Number)
    : declaredInputs(r1cs);
if (given.some((wire) => !Number.isInteger(wire) || wire < 1 || wire >= r1cs.nVars)) {
  console.error(`given wires must be whole numbers from 1 to ${r1cs.nVars - 1}`);
  process.exit(64);
}
const started = performance.now();
const report = checkDeterminism(r1cs, { given });
const seconds = (performance.now() - started) / 1000;
console.log(values.json ? toJson(report, seconds) : toText(report, seconds));
process.exitCode = report.undetermined.length > 0 ? 1 : report.undecided.length > 0 ? 2 : 0;

function toJson(found: DeterminismReport, time: number): string {
  const undetermined = found.undetermined.map(({ wire, counterexample: { first, second } }) => ({
    wire,
    // The two assignments differ in few wires; the rest would only be noise.
    differences: first.flatMap((value, at) =>
      value === second[at] ? [] : [{ wire: at, first: value.toString(), second: second[at]!.toString() }],
    ),
    given: found.given.map((at) => ({ wire: at, value: first[at]!.toString() })),
  }));
  return JSON.stringify({ ...found, undetermined, seconds: Number(time.toFixed(3)) }, null, 2);
}

function toText(found: DeterminismReport, time: number): string {
  const rules = Object.entries(found.rules).filter(([, count]) => count > 0);
  return [
    `${found.constraintCount} constraints, ${found.wireCount} wires, ${found.given.length} given (${time.toFixed(2)} s)`,
    `determined:   ${found.determined.length} (${rules.map(([rule, count]) => `${rule} ${count}`).join(", ")})`,
    `undetermined: ${found.undetermined.map(({ wire }) => wire).join(", ") || "none"}`,
    `undecided:    ${found.undecided.join(", ") || "none"}`,
  ].join("\n");
}

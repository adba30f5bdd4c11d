import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type R1cs, readR1cs } from "@opg/groth16";

/** A circom circuit as compiled. */
export interface CircomCircuit {
  readonly r1cs: R1cs;
  /** Wire of each signal, by its name below `main`. */
  readonly wires: ReadonlyMap<string, number>;
}

const SPEC = fileURLToPath(new URL("../../../circuits/spec/", import.meta.url));
const COMPILER = createRequire(import.meta.url).resolve("circom2/cli.js");

/**
 * Compiles `component main = TEMPLATE` of a file of `circuits/spec`. Level 0 keeps every signal as a wire; level 2 removes
 * all linear constraints, as one would to count what a prover pays.
 */
export function compileSpec(file: string, template: string, level: 0 | 2): CircomCircuit {
  const folder = mkdtempSync(join(tmpdir(), "spec-"));
  try {
    const source = join(folder, "main.circom");
    writeFileSync(source, `pragma circom 2.2.0;\ninclude "${file}";\ncomponent main = ${template};\n`);
    const options = [source, "--r1cs", "--sym", `--O${level}`, "-l", ".", "-o", folder];
    execFileSync(process.execPath, [COMPILER, ...options], { cwd: SPEC });
    const wires = new Map<string, number>();
    for (const line of readFileSync(join(folder, "main.sym"), "utf8").trim().split("\n")) {
      const [, wire, , name] = line.split(",");
      if (wire !== "-1") wires.set(name!.replace("main.", ""), Number(wire));
    }
    return { r1cs: readR1cs(readFileSync(join(folder, "main.r1cs"))), wires };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

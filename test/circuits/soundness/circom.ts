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

/** Compiles `component main = TEMPLATE` of a file of `circuits/spec`; every signal stays a wire. */
export function compileSpec(file: string, template: string): CircomCircuit {
  return compile(file, template, ["--O0", "--r1cs", "--sym"], (folder) => {
    const wires = new Map<string, number>();
    for (const line of readFileSync(join(folder, "main.sym"), "utf8").trim().split("\n")) {
      const [, wire, , name] = line.split(",");
      wires.set(name!.replace("main.", ""), Number(wire));
    }
    return { r1cs: readR1cs(readFileSync(join(folder, "main.r1cs"))), wires };
  });
}

/** Constraints of the same once circom has removed all linear ones that it can: what a prover would pay. */
export function countSpec(file: string, template: string): number {
  return compile(file, template, ["--O2", "--r1cs"], (_, log) => {
    const counts = [...log.matchAll(/linear constraints: (\d+)/g)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

function compile<T>(
  file: string,
  template: string,
  options: readonly string[],
  read: (folder: string, log: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "spec-"));
  try {
    const source = join(folder, "main.circom");
    writeFileSync(source, `pragma circom 2.2.0;\ninclude "${file}";\ncomponent main = ${template};\n`);
    const args = [COMPILER, source, ...options, "-l", ".", "-o", folder];
    return read(folder, execFileSync(process.execPath, args, { cwd: SPEC }).toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

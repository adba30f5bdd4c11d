// `npm test`: every test of the project, runner after runner; the last line sums them up.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

interface Runner {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const RUNNERS: readonly Runner[] = [
  { name: "contracts (Hardhat: Solidity and mocha)", command: "hardhat", args: ["test"] },
  { name: "packages and scripts (mocha)", command: "mocha", args: [] },
];

const BIN = join(import.meta.dirname, "..", "node_modules", ".bin");

let [passed, failed] = [0, 0];
for (const runner of RUNNERS) {
  process.stdout.write(`\n=== ${runner.name}\n`);
  const { output, exitCode } = await run(runner);
  const counts = { passed: total(output, "passing"), failed: total(output, "failing") };
  passed += counts.passed;
  // A runner that breaks before it counts (a compile error, a crash) has failed all the same.
  failed += exitCode === 0 ? counts.failed : Math.max(1, counts.failed);
  if (exitCode === 0 && counts.passed === 0) failed += 1;
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function run({ command, args }: Runner): Promise<{ output: string; exitCode: number }> {
  return new Promise((resolve, reject) => {
    const executable = existsSync(join(BIN, command)) ? join(BIN, command) : command;
    const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}` };
    const child = spawn(executable, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ output, exitCode: code ?? 1 }));
  });
}

/** The count on the runner's last line of the kind "12 passing (3s)". */
function total(output: string, word: "passing" | "failing"): number {
  const counts = [...stripVTControlCharacters(output).matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))];
  return Number(counts.at(-1)?.[1] ?? 0);
}

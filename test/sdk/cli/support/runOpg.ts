import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND = fileURLToPath(new URL("../../../../sdk/bin/opg.mjs", import.meta.url));

/** Runs the `opg` command as a user would, in a process of its own. */
export function runOpg(...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** {@link runOpg} with --json; also what it printed, parsed. */
export async function runOpgJson<T>(...args: string[]): Promise<Finished & { value: T }> {
  const finished = await runOpg(...args, "--json");
  try {
    return { ...finished, value: JSON.parse(finished.stdout) as T };
  } catch {
    throw new Error(`opg ${args.join(" ")} printed no JSON:\n${finished.stdout}\n${finished.stderr}`);
  }
}

import { existsSync } from "node:fs";
import { CliError } from "../CliError.ts";
import { describeSetup, readSetup, type SetupTranscript, transcriptPath } from "./SetupTranscript.ts";

/**
 * The transcript of a key, made anew; where one is published beside the key, it must say the same.
 * @throws CliError TRANSCRIPT naming the first field that differs.
 */
export async function requireSameTranscript(
  keyPath: string,
  zkey: Uint8Array,
  origin: Parameters<typeof describeSetup>[1],
): Promise<SetupTranscript> {
  const expected = describeSetup(zkey, origin);
  if (!existsSync(transcriptPath(keyPath))) return expected;
  const published = await readSetup(keyPath);
  for (const field of Object.keys(expected) as (keyof SetupTranscript)[]) {
    const [found, right] = [published[field], expected[field]].map((value) => JSON.stringify(value));
    if (found !== right) {
      throw new CliError(
        "TRANSCRIPT",
        `${transcriptPath(keyPath)} says ${field} ${found}, the files give ${right}`,
      );
    }
  }
  return expected;
}

import { blake2bOfFile } from "../files.ts";
import { PUBLISHED_POWERS } from "./perpetualPowersOfTau.ts";
import type { PtauIdentity } from "./SetupTranscript.ts";

/** The hash of a powers-of-tau file and, where it is one of the public ceremony's, its published name. */
export async function identifyPtau(path: string, onProgress: (phase: string) => void): Promise<PtauIdentity> {
  const blake2b = await blake2bOfFile(path, () => onProgress("hashing the powers of tau"));
  const published = PUBLISHED_POWERS.find((powers) => powers.blake2b === blake2b)?.file;
  return { blake2b, ...(published ? { published } : {}) };
}

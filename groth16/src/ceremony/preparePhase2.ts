import { concatBytes } from "@noble/hashes/utils.js";
import type { Group } from "../backends/Backend.ts";
import { openBackend } from "../backends/openBackend.ts";
import { readPtau, writePtau } from "../formats/ptau.ts";
import type { CeremonyOptions } from "./contribute.ts";

/**
 * Adds to a powers-of-tau file the Lagrange form of its points for every domain size, from which keys are made.
 * @throws Groth16Error MALFORMED_FILE
 */
export async function preparePhase2(
  ptauFile: Uint8Array,
  options: CeremonyOptions = {},
): Promise<Uint8Array> {
  const ptau = readPtau(ptauFile);
  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    const levels = async (group: Group, points: Uint8Array, highest: number) => {
      const size = group === "g1" ? 64 : 128;
      const parts: Uint8Array[] = [];
      for (let p = 0; p <= highest; p++) {
        // The file lacks the last power of the largest domain; zero stands for it.
        const part = new Uint8Array(2 ** p * size);
        part.set(points.subarray(0, part.length));
        parts.push(p === 0 ? part : await backend.fftPoints(group, part, true, { signal: options.signal }));
        options.onProgress?.(`lagrange ${group}`, (2 ** (p + 1) - 1) / (2 ** (highest + 1) - 1));
      }
      return concatBytes(...parts);
    };
    return writePtau({
      ...ptau,
      prepared: {
        tauG1: await levels("g1", ptau.tauG1, ptau.power + 1),
        tauG2: await levels("g2", ptau.tauG2, ptau.power),
        alphaTauG1: await levels("g1", ptau.alphaTauG1, ptau.power),
        betaTauG1: await levels("g1", ptau.betaTauG1, ptau.power),
      },
    });
  } finally {
    await backend.close();
  }
}

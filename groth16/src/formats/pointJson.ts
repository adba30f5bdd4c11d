import { Groth16Error } from "../errors.ts";
import { Q } from "../field/constants.ts";
import type { G1Affine, G2Affine } from "./Proof.ts";

/** Points as snarkjs writes them in JSON: projective decimal strings, infinity is (0, 1, 0). */
export const pointJson = {
  g1([x, y]: G1Affine): string[] {
    return x === 0n && y === 0n ? ["0", "1", "0"] : [String(x), String(y), "1"];
  },
  g2([x, y]: G2Affine): string[][] {
    const infinite = [...x, ...y].every((c) => c === 0n);
    if (infinite)
      return [
        ["0", "0"],
        ["1", "0"],
        ["0", "0"],
      ];
    return [x.map(String), y.map(String), ["1", "0"]];
  },
};

/** @throws Groth16Error MALFORMED_FILE naming `name` */
export function parseG1(json: unknown, name: string): G1Affine {
  if (!Array.isArray(json) || json.length !== 3) throw notAPoint(name);
  const [x, y, z] = json.map((value) => parseUint(value, Q, name)) as [bigint, bigint, bigint];
  if (z === 0n) return [0n, 0n];
  if (z !== 1n) throw notAPoint(name);
  return [x, y];
}

/** @throws Groth16Error MALFORMED_FILE naming `name` */
export function parseG2(json: unknown, name: string): G2Affine {
  if (!Array.isArray(json) || json.length !== 3) throw notAPoint(name);
  const [x, y, z] = json.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw notAPoint(name);
    return pair.map((value) => parseUint(value, Q, name));
  }) as [[bigint, bigint], [bigint, bigint], [bigint, bigint]];
  if (z[0] === 0n && z[1] === 0n)
    return [
      [0n, 0n],
      [0n, 0n],
    ];
  if (z[0] !== 1n || z[1] !== 0n) throw notAPoint(name);
  return [x, y];
}

/**
 * A decimal string below `bound`.
 * @throws Groth16Error MALFORMED_FILE naming `name`
 */
export function parseUint(value: unknown, bound: bigint, name: string): bigint {
  if (typeof value !== "string" || !/^\d{1,78}$/.test(value)) {
    throw new Groth16Error("MALFORMED_FILE", `${name}: ${JSON.stringify(value)} is not a decimal string.`);
  }
  const number = BigInt(value);
  if (number >= bound)
    throw new Groth16Error("MALFORMED_FILE", `${name}: ${value} is not below the field order.`);
  return number;
}

function notAPoint(name: string): Groth16Error {
  return new Groth16Error("MALFORMED_FILE", `${name} is not an affine curve point in snarkjs' JSON form.`);
}

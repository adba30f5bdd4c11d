import { G1, G2 } from "../../../groth16/src/curve/curves.ts";
import { g1Codec, g2Codec } from "../../../groth16/src/curve/pointBytes.ts";
import { packUints } from "../../../groth16/src/field/bytes.ts";
import { R } from "../../../groth16/src/field/constants.ts";
import type { Backend, Group } from "../../../groth16/src/index.ts";
import { randomBelow } from "./sampleCircuit.ts";

/** Scalars at which recoding, sign changes and reduction have their corners. */
export const EDGE_SCALARS: readonly bigint[] = [
  0n,
  1n,
  2n,
  R - 1n,
  R - 2n,
  (R - 1n) / 2n,
  (R + 1n) / 2n,
  1n << 253n,
  (1n << 128n) - 1n,
  1n << 64n,
  0x1fffn,
  0x2000n,
  R - 0x1000n,
];

/** `count` scalars: `edges` of every ten from the corners, the rest uniform. */
export function sampleScalars(random: () => number, count: number, edges = 3): Uint8Array {
  return packUints(
    Array.from({ length: count }, () =>
      random() % 10 < edges ? EDGE_SCALARS[random() % EDGE_SCALARS.length]! : randomBelow(random, R),
    ),
  );
}

/** The group's generator in the encoding of files. */
export function generatorBytes(group: Group): Uint8Array {
  return group === "g1" ? g1Codec.encode([G1.generator]) : g2Codec.encode([G2.generator]);
}

/** Points with what real keys contain: infinity, the same point again, its opposite. */
export async function samplePoints(
  backend: Backend,
  group: Group,
  random: () => number,
  count: number,
): Promise<Uint8Array> {
  const scalars: bigint[] = [];
  for (let i = 0; i < count; i++) {
    const kind = random() % 8;
    if (kind === 0) scalars.push(0n);
    else if (kind === 1 && i > 0) scalars.push(scalars[random() % i]!);
    else if (kind === 2 && i > 0) scalars.push((R - scalars[random() % i]!) % R);
    else scalars.push(randomBelow(random, R));
  }
  return backend.multiplyBase(group, generatorBytes(group), packUints(scalars));
}

import { batchInvert } from "../field/batchInvert.ts";
import { Fr } from "../field/fields.ts";
import { rootOfUnity } from "../field/rootOfUnity.ts";

/**
 * Lagrange base of the 2^power-th roots of unity at `tau`: L_i = (tau^n - 1) / n * w^i / (tau - w^i), for
 * i = start, start + step, ... below n. `tau` must not be a root of unity itself.
 */
export function lagrangeAt(tau: bigint, power: number, start = 0, step = 1): bigint[] {
  const n = 2 ** power;
  const root = rootOfUnity(power);
  const stride = Fr.pow(root, BigInt(step));
  const scale = Fr.mul(Fr.sub(Fr.pow(tau, BigInt(n)), 1n), Fr.inv(BigInt(n)));
  const values: bigint[] = [];
  const differences: bigint[] = [];
  let point = Fr.pow(root, BigInt(start));
  for (let i = start; i < n; i += step) {
    values.push(Fr.mul(scale, point));
    differences.push(Fr.sub(tau, point));
    point = Fr.mul(point, stride);
  }
  batchInvert(Fr, differences);
  return values.map((value, i) => Fr.mul(value, differences[i]!));
}

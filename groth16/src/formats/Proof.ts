/** A G1 point in affine coordinates; infinity is (0, 0). */
export type G1Affine = [x: bigint, y: bigint];

/** A G2 point in affine coordinates, each [c0, c1] for c0 + c1 u; infinity is all zero. */
export type G2Affine = [x: [c0: bigint, c1: bigint], y: [c0: bigint, c1: bigint]];

/** A Groth16 proof over BN254. */
export interface Proof {
  a: G1Affine;
  b: G2Affine;
  c: G1Affine;
}

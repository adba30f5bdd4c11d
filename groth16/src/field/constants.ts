/** Order of the BN254 scalar field. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Order of the BN254 base field. */
export const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** r - 1 = 2^28 * odd: the largest FFT domain has 2^28 points. */
export const TWO_ADICITY = 28;

/** Least quadratic non-residue of the scalar field; roots of unity are its powers, as in snarkjs. */
export const NON_RESIDUE = 5n;

/** Bytes of a field element. */
export const FIELD_BYTES = 32;

/** Bytes of an affine G1 point. */
export const G1_BYTES = 64;

/** Bytes of an affine G2 point. */
export const G2_BYTES = 128;

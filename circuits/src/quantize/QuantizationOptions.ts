/** How finely a model is brought to integers. Linear work is free; each bit here costs one constraint a non-linear element. */
export interface QuantizationOptions {
  /** Bits of an activation's calibrated range, sign not counted. Default 12. */
  readonly activationBits: number;
  /** Bits of an output's calibrated range, sign not counted. Default 16. */
  readonly outputBits: number;
  /** Largest error of a non-linear function's approximation, as a part of its output range. Default 2^-13. */
  readonly functionTolerance: number;
}

export const DEFAULT_QUANTIZATION: QuantizationOptions = {
  activationBits: 12,
  outputBits: 16,
  functionTolerance: 2 ** -13,
};

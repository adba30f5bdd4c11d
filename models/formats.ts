/** `<name>.json` beside `<name>.onnx`: what a compiler must be told and cannot read from the ONNX file. */
export interface ModelFacts {
  /** File name of the ONNX model in the same folder. */
  model: string;
  /** SHA-256 of that file, hex: the registry's `modelHash`. */
  sha256: string;
  /** Name of the graph input. */
  input: string;
  /** Shape of one inference; a dynamic batch dimension of the graph is 1 here. */
  inputShape: number[];
  /** Suggested lane width of the input tensor: the declared ranges fit it at `inputScale`. */
  inputBits: number;
  inputSigned: boolean;
  /** Suggested scale of the whole tensor: real = integer / 2^inputScale. */
  inputScale: number;
  /** One entry a feature of the last axis, for all leading axes, or a single entry for every element. */
  inputRanges: InputRange[];
  /** Graph output that carries the answer. */
  output: string;
  /** What each element of that output means, in order. */
  outputs: string[];
  /** Class names by label; empty for a regression. */
  labels: string[];
}

export interface InputRange {
  name: string;
  /** Least and greatest value over the training data. */
  observed: [low: number, high: number];
  /** Values that the model should accept, both ends included; wider than `observed`. */
  declared: [low: number, high: number];
  /** Finest scale at which this feature alone fits 16 bits (8 for pixels), if a feature may have its own. */
  scale: number;
}

/** `samples.json` or `<name>.samples.json`: held-out inputs with the answers of onnxruntime. */
export interface SampleFile<T = unknown> {
  model: string;
  /** Graph output that `floatOutput` holds. */
  output: string;
  samples: (Sample & T)[];
}

export interface Sample {
  shape: number[];
  /** Row-major input values. */
  input: number[];
  floatOutput: number[];
}

/** `calibration.json`: training inputs from which a quantiser may choose scales; not for accuracy. */
export interface CalibrationFile {
  shape: number[];
  inputs: number[][];
}

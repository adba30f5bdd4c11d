import type { Cause } from "../builder/CircuitBuilder.ts";

/** `report.json`: what a circuit costs, and how far its answers are from those of the float model. */
export interface FidelityReport {
  readonly format: "opg-report/1";
  readonly name: string;
  readonly modelHash: string;
  readonly circuitHash: string;
  readonly constraints: number;
  /** Rows of the evaluation domain: the power of two that the prover pays for. */
  readonly domain: number;
  /** Constraints by what they are spent on. */
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** Constraints by layer, in the order of the model. */
  readonly layers: readonly LayerCost[];
  readonly fidelity: Fidelity;
  /** How much of its proven interval each layer's result uses in the samples. */
  readonly tensors: readonly TensorRange[];
}

export interface LayerCost {
  readonly layer: string;
  readonly constraints: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
}

/** Differences between integer and float outputs over the samples that the declared input range admits. */
export interface Fidelity {
  readonly samples: number;
  /** Samples left out because an input value is outside the declared range: the circuit refuses them. */
  readonly outOfRange: number;
  readonly maxAbsError: number;
  /** Largest error as a part of the largest float value of the same output over the samples. */
  readonly maxRelError: number;
  readonly meanAbsError: number;
  /** Part of the samples on which both name the same class; absent where no output names one. */
  readonly top1Agreement?: number;
  readonly outputs: readonly OutputFidelity[];
  /** How many output values fall in each band of relative error, the last band without an upper end. */
  readonly histogram: readonly ErrorBand[];
}

export interface OutputFidelity {
  readonly name: string;
  readonly maxAbsError: number;
  readonly maxRelError: number;
  readonly top1Agreement?: number;
}

export interface ErrorBand {
  /** Relative error below this; null for the last band. */
  readonly below: number | null;
  readonly count: number;
}

/** The integers of a layer's last operation. */
export interface TensorRange {
  readonly layer: string;
  readonly lanes: number;
  /** Bits of the largest magnitude that a sample gave, sign not counted. */
  readonly observedBits: number;
  /** Bits of the largest magnitude that any input in the declared range can give, sign not counted. */
  readonly boundBits: number;
}

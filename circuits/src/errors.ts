/** Base of every error that this package throws on purpose: `code` is stable, `message` says what to do. */
export class CircuitError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value does not fit the declared lane of a tensor. */
export class LaneRangeError extends CircuitError {
  constructor(at: { index: number; value: bigint; minimum: bigint; maximum: bigint }) {
    super(
      "LANE_RANGE",
      `value ${at.value} at index ${at.index} is outside the declared range [${at.minimum}, ${at.maximum}]: ` +
        "clamp or rescale the input, or compile the model with a wider range",
    );
  }
}

/** A witness program met a value that its circuit cannot represent: the input is out of range or the program is wrong. */
export class WitnessError extends CircuitError {
  constructor(message: string) {
    super("WITNESS", message);
  }
}

/** A gadget was asked for something that it cannot enforce soundly (a bound too wide for the field, an empty range). */
export class GadgetError extends CircuitError {
  constructor(message: string) {
    super("GADGET", message);
  }
}

/** The model cannot be brought to integers as asked. */
export class QuantizationError extends CircuitError {
  constructor(message: string) {
    super("QUANTIZATION", message);
  }
}

/** A node of the model has no lowering to integers: its operator, or the way its inputs depend on the model's input. */
export class UnsupportedNodeError extends CircuitError {
  constructor(node: { name: string; type: string }, reason: string, supported: readonly string[]) {
    super(
      "UNSUPPORTED_NODE",
      `node "${node.name}" (${node.type}) cannot be compiled to a circuit: ${reason}. Supported: ${supported.join(", ")}`,
    );
  }
}

/** A compiled model's file is damaged or of another version. */
export class ArtifactError extends CircuitError {
  constructor(message: string) {
    super("ARTIFACT", `${message}: compile the model again or fetch its files anew`);
  }
}

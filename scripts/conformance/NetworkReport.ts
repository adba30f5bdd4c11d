/** What a conformance run says of one network; see `docs/operators.md` for what the tolerance means. */
export interface NetworkReport {
  readonly name: string;
  readonly status: "ok" | "failed";
  /** Empty where the status is "ok" and nothing was skipped. */
  readonly reason: string;
  /** Operators of the prepared graph and how often each occurs. */
  readonly operators: Readonly<Record<string, number>>;
  readonly constraints: number | null;
  /** Rows that the prover works on: the power of two above the constraints. */
  readonly domain: number | null;
  /** Largest distance from ONNX Runtime's float output over all outputs. */
  readonly maxAbsError: number | null;
  /** The largest, over the output tensors, of that distance divided by the tensor's largest magnitude. */
  readonly maxRelError: number | null;
  /** Whether the witness satisfies every constraint and gives the integer interpreter's outputs. */
  readonly satisfied: boolean;
  readonly proved: boolean;
  readonly verified: boolean;
  readonly seconds: Readonly<Record<"compile" | "witness" | "setup" | "prove", number | null>>;
  readonly peakMemoryMB: number | null;
}

/** A report with nothing done yet. */
export function emptyReport(name: string): NetworkReport {
  return {
    name,
    status: "failed",
    reason: "not run",
    operators: {},
    constraints: null,
    domain: null,
    maxAbsError: null,
    maxRelError: null,
    satisfied: false,
    proved: false,
    verified: false,
    seconds: { compile: null, witness: null, setup: null, prove: null },
    peakMemoryMB: null,
  };
}

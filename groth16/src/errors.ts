/** What went wrong, as a stable name that callers may switch on. */
export type Groth16ErrorCode =
  | "MALFORMED_FILE"
  | "INVALID_ARGUMENT"
  | "INVALID_WITNESS"
  | "UNSATISFIED_CONSTRAINT"
  | "SELF_CHECK_FAILED"
  | "BACKEND_UNAVAILABLE"
  | "BACKEND_FAILED"
  | "OUT_OF_MEMORY"
  | "CLOSED"
  | "INVALID_CEREMONY";

/** Every error this package raises on purpose, cancellation apart (that is the signal's own reason). */
export class Groth16Error extends Error {
  readonly code: Groth16ErrorCode;

  constructor(code: Groth16ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Groth16Error";
    this.code = code;
  }
}

/** Base of the errors this package throws on purpose: `code` is stable, `message` says what to do. */
export class ProverError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The files of a compiled model are missing, damaged or do not belong together. */
export class ModelPackageError extends ProverError {
  constructor(message: string) {
    super("MODEL_PACKAGE", `${message}; build the model again`);
  }
}

/** The inputs given for an order are not those that it names. */
export class InputMismatchError extends ProverError {
  constructor(expected: readonly bigint[], actual: readonly bigint[]) {
    super(
      "INPUT_MISMATCH",
      `the order names the input words [${expected}], the given inputs and salt make [${actual}]; ask the payer for both again`,
    );
  }
}

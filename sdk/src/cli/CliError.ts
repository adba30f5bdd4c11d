/** What ends a command on purpose: `code` is stable, `exitCode` is 1 for a failure and 2 for wrong usage. */
export class CliError extends Error {
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, message: string, exitCode = 1) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** An argument that cannot be meant; the message names it and what is accepted. */
export class UsageError extends CliError {
  constructor(message: string) {
    super("USAGE", message, 2);
  }
}

/** A command ran to its end and printed its result, which says what does not hold. */
export class CheckFailure extends CliError {
  constructor(message: string) {
    super("CHECK_FAILED", message);
  }
}

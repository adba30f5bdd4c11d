/** What is wrong with a vesting configuration. Stable: programs may branch on it. */
export type VestingConfigErrorCode =
  /** A field, a bucket or a beneficiary is missing. */
  | "VESTING_MISSING"
  /** A field or a beneficiary that means nothing, so perhaps a misspelt one. */
  | "VESTING_UNKNOWN"
  /** A value of the wrong JSON type. */
  | "VESTING_TYPE"
  /** The launch is no UTC second that a calendar has and a contract accepts. */
  | "VESTING_LAUNCH"
  /** An amount is no decimal number of OPG, or finer than a wei. */
  | "VESTING_AMOUNT"
  /** A bucket's `index` differs from its position. */
  | "VESTING_ORDER"
  /** Two buckets share an id, a name or a beneficiary. */
  | "VESTING_DUPLICATE"
  /** A bucket would not release all of its total, in steps of at least a wei, within a century. */
  | "VESTING_TERMS"
  /** The totals do not sum to the supply, or the supply is not the token's. */
  | "VESTING_SUM"
  /** A beneficiary is no address that can be paid. */
  | "VESTING_ADDRESS";

/** A vesting configuration is refused. The message names the value and what to do about it. */
export class VestingConfigError extends Error {
  override readonly name = "VestingConfigError";
  readonly code: VestingConfigErrorCode;
  /** Where in the configuration, as in `buckets[2].total`. */
  readonly path: string;

  constructor(code: VestingConfigErrorCode, path: string, message: string) {
    super(`${path}: ${message}`);
    this.code = code;
    this.path = path;
  }
}

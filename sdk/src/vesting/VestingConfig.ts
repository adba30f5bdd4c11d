/** One line of the release schedule, without its beneficiary. */
export interface VestingBucket {
  /** Names the bucket in deployment parameters: a letter, then letters and digits. */
  readonly id: string;
  /** What it is for, in words; stored on chain. */
  readonly name: string;
  /** Everything it will release, in wei. */
  readonly total: bigint;
  /** What it releases at launch, in wei. */
  readonly initialUnlock: bigint;
  /** Calendar months without a step after launch. */
  readonly cliffMonths: number;
  /** Number of monthly steps after the cliff. */
  readonly months: number;
}

/** A release schedule that {@link loadVestingConfig} found valid. */
export interface VestingConfig {
  /** The time of the initial unlocks, in Unix seconds. */
  readonly launch: bigint;
  /** In the order they have on chain. */
  readonly buckets: readonly VestingBucket[];
}

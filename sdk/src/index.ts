export { loadVestingConfig } from "./vesting/loadVestingConfig.ts";
export type { VestingBucket, VestingConfig } from "./vesting/VestingConfig.ts";
export { VestingConfigError, type VestingConfigErrorCode } from "./vesting/VestingConfigError.ts";
export { type VestingParameters, vestingParameters } from "./vesting/vestingParameters.ts";

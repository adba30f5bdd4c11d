export { iInferenceConsumerAbi } from "./abi/IInferenceConsumer.generated.ts";
export { inferenceSettlementAbi } from "./abi/InferenceSettlement.generated.ts";
export { modelRegistryAbi } from "./abi/ModelRegistry.generated.ts";
export { opgTokenAbi } from "./abi/OPGToken.generated.ts";
export { proofVerifierAbi } from "./abi/ProofVerifier.generated.ts";
export { vestingScheduleAbi } from "./abi/VestingSchedule.generated.ts";
export type { OpgAddresses } from "./chain/OpgAddresses.ts";
export { vkHash } from "./proofs/vkHash.ts";
export {
  DEV_SETUP,
  type OnChainTensorSpec,
  SETUP_KIND,
  type VersionConfig,
  versionConfig,
} from "./registry/versionConfig.ts";
export {
  hashOrder,
  ORDER_TYPES,
  type Order,
  orderTypedData,
  type SettlementDomain,
  STORE_RESULT,
} from "./settlement/Order.ts";
export { requestContext } from "./settlement/requestContext.ts";
export { loadVestingConfig } from "./vesting/loadVestingConfig.ts";
export type { VestingBucket, VestingConfig } from "./vesting/VestingConfig.ts";
export { VestingConfigError, type VestingConfigErrorCode } from "./vesting/VestingConfigError.ts";
export { type VestingParameters, vestingParameters } from "./vesting/vestingParameters.ts";

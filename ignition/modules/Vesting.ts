import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { VestingParameters } from "@opg/sdk";

/**
 * Deploys the release schedule, which deploys the token and holds its whole supply.
 * Parameters: what `vestingParameters` makes of a published schedule and the beneficiaries.
 */
export default buildModule("Vesting", (m) => {
  const launch = m.getParameter<VestingParameters["launch"]>("launch");
  const buckets = m.getParameter<VestingParameters["buckets"]>("buckets");

  const vesting = m.contract("VestingSchedule", [launch, buckets]);
  const token = m.contractAt("OPGToken", m.staticCall(vesting, "token"));

  return { vesting, token };
});

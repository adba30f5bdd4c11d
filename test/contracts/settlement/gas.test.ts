import { expect } from "chai";
import hre from "hardhat";
import { measureSettlement, type SettlementGas } from "../../../scripts/bench/settlement.ts";

/** Code instrumented for coverage costs more gas than what is deployed, so there is nothing to measure then. */
const describeDeployed = hre.globalOptions.coverage ? () => undefined : describe;

describeDeployed("gas of InferenceSettlement, whole transactions", () => {
  let gas: SettlementGas;
  before(async () => {
    const { viem } = await hre.network.create();
    gas = await measureSettlement(viem);
  });

  it("settles a signed order for at most 300,000", () => {
    expect(Number(gas.settleSignedOrder)).to.be.at.most(300_000);
  });

  it("settles 32 orders for at most 78,000 each", () => {
    expect(Number(gas.settleManyPerItem[32])).to.be.at.most(78_000);
  });

  it("adds at most two cold storage slots for each further payer in a batch", () => {
    const extra = gas.settleManyOfDistinctPayersPerItem[32] - gas.settleManyPerItem[32];
    expect(Number(extra)).to.be.at.most(2 * 4_900);
  });

  it("requests and refunds for less than a proof costs to check", () => {
    expect(Number(gas.request)).to.be.at.most(80_000);
    expect(Number(gas.refund)).to.be.at.most(40_000);
  });
});

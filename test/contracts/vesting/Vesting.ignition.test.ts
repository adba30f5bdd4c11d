import { expect } from "chai";
import hre from "hardhat";
import { getAddress } from "viem";
import Vesting from "../../../ignition/modules/Vesting.ts";
import { opg, publishedParameters } from "./deployVesting.ts";

describe("The Ignition module of the vesting", () => {
  it("deploys the published schedule and finds the token it deployed", async () => {
    const { ignition } = await hre.network.create();
    const parameters = publishedParameters();
    const { vesting, token } = await ignition.deploy(Vesting, { parameters: { Vesting: parameters } });
    expect(await vesting.read.launch()).to.equal(parameters.launch);
    for (const [i, bucket] of parameters.buckets.entries()) {
      expect(await vesting.read.bucket([BigInt(i)])).to.deep.equal(bucket);
    }
    expect(getAddress(token.address)).to.equal(getAddress(await vesting.read.token()));
    expect(await token.read.balanceOf([vesting.address])).to.equal(opg("1000000000"));
  });
});

import { readFileSync } from "node:fs";
import {
  loadVestingConfig,
  VestingConfigError,
  type VestingConfigErrorCode,
  vestingParameters,
} from "@opg/sdk";
import { expect } from "chai";
import { getAddress, toHex, zeroAddress } from "viem";

const config = loadVestingConfig(
  JSON.parse(readFileSync(new URL("../../../config/vesting.opg.json", import.meta.url), "utf8")),
);
const address = (i: number) => getAddress(toHex(0xabcdef00n + BigInt(i), { size: 20 }));
const beneficiaries = Object.fromEntries(config.buckets.map(({ id }, i) => [id, address(i)]));

function refuses(
  changes: Record<string, string | undefined>,
  code: VestingConfigErrorCode,
  path: string,
  words: string,
) {
  const merged = Object.entries({ ...beneficiaries, ...changes }).filter(([, value]) => value !== undefined);
  const act = () => vestingParameters(config, Object.fromEntries(merged) as Record<string, string>);
  expect(act).to.throw(VestingConfigError, words).that.includes({ code, path });
}

describe("vestingParameters", () => {
  it("gives each bucket its beneficiary and leaves the rest as published", () => {
    const { launch, buckets } = vestingParameters(config, beneficiaries);
    expect(launch).to.equal(config.launch);
    expect(buckets.map(({ beneficiary }) => beneficiary)).to.deep.equal([0, 1, 2, 3, 4, 5, 6].map(address));
    const { id: _, ...published } = config.buckets[3]!;
    expect(buckets[3]).to.deep.equal({ ...published, beneficiary: address(3) });
  });

  it("takes addresses without a checksum", () => {
    const { buckets } = vestingParameters(config, { ...beneficiaries, airdrop: address(6).toLowerCase() });
    expect(buckets[6]?.beneficiary).to.equal(address(6));
  });

  it("refuses a bucket without a beneficiary", () => {
    refuses({ airdrop: undefined }, "VESTING_MISSING", "beneficiaries.airdrop", "give its address");
  });

  it("refuses a beneficiary without a bucket", () => {
    refuses({ airDrop: address(9) }, "VESTING_UNKNOWN", "beneficiaries.airDrop", "the buckets are ecosystem");
  });

  it("refuses what is no address, and a wrong checksum", () => {
    const mistyped = address(6).replace(/[a-f]/i, (c) =>
      c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
    );
    for (const value of ["0x12", "airdrop.eth", `${address(6)}0`]) {
      refuses({ airdrop: value }, "VESTING_ADDRESS", "beneficiaries.airdrop", `"${value}" is no address`);
    }
    refuses({ airdrop: mistyped }, "VESTING_ADDRESS", "beneficiaries.airdrop", "wrong checksum");
  });

  it("refuses the zero address", () => {
    refuses({ airdrop: zeroAddress }, "VESTING_ADDRESS", "beneficiaries.airdrop", "the zero address");
  });

  it("refuses one address for two buckets, in whatever letter case", () => {
    refuses(
      { airdrop: address(0).toLowerCase() },
      "VESTING_DUPLICATE",
      "beneficiaries.airdrop",
      "also the beneficiary of ecosystem",
    );
  });

  it("is not fooled by names that every object has", () => {
    const odd = { ...config, buckets: [{ ...config.buckets[0]!, id: "toString" }] };
    expect(() => vestingParameters(odd, {}))
      .to.throw(VestingConfigError)
      .that.includes({ code: "VESTING_MISSING" });
  });
});

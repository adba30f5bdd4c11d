import { type Address, getAddress, isAddress, zeroAddress } from "viem";
import type { VestingConfig } from "./VestingConfig.ts";
import { VestingConfigError } from "./VestingConfigError.ts";

/** The constructor arguments of `VestingSchedule`, and the parameters of the Ignition module `Vesting`. */
export type VestingParameters = {
  /** Unix seconds. */
  launch: bigint;
  /** In the order they have on chain; amounts in wei. */
  buckets: {
    name: string;
    beneficiary: Address;
    total: bigint;
    initialUnlock: bigint;
    cliffMonths: number;
    months: number;
  }[];
};

/**
 * Puts the beneficiaries, which differ by deployment, into a published schedule.
 *
 * @param config The schedule, from `loadVestingConfig`.
 * @param beneficiaries An address for each bucket, by the bucket's id.
 * @throws {VestingConfigError} For a bucket without a beneficiary, a beneficiary without a bucket, a value that is no
 *   address (a wrong checksum included), the zero address, and an address that two buckets share.
 */
export function vestingParameters(
  config: VestingConfig,
  beneficiaries: Readonly<Record<string, string>>,
): VestingParameters {
  const ids = config.buckets.map((bucket) => bucket.id);
  const stranger = Object.keys(beneficiaries).find((id) => !ids.includes(id));
  if (stranger !== undefined) {
    throw new VestingConfigError(
      "VESTING_UNKNOWN",
      `beneficiaries.${stranger}`,
      `no such bucket; the buckets are ${ids.join(", ")}`,
    );
  }

  const takenBy = new Map<Address, string>();
  const buckets = config.buckets.map(({ id, ...bucket }) => {
    const path = `beneficiaries.${id}`;
    const beneficiary = readBeneficiary(
      Object.hasOwn(beneficiaries, id) ? beneficiaries[id] : undefined,
      path,
    );
    const other = takenBy.get(beneficiary);
    if (other !== undefined) {
      throw new VestingConfigError(
        "VESTING_DUPLICATE",
        path,
        `${beneficiary} is also the beneficiary of ${other}; give each bucket its own address`,
      );
    }
    takenBy.set(beneficiary, id);
    return { ...bucket, beneficiary };
  });
  return { launch: config.launch, buckets };
}

function readBeneficiary(value: string | undefined, path: string): Address {
  if (value === undefined) {
    throw new VestingConfigError("VESTING_MISSING", path, "the bucket has no beneficiary; give its address");
  }
  if (!isAddress(value)) {
    throw new VestingConfigError(
      "VESTING_ADDRESS",
      path,
      `${JSON.stringify(value)} is no address or has a wrong checksum; copy it again`,
    );
  }
  if (value === zeroAddress) {
    throw new VestingConfigError("VESTING_ADDRESS", path, "the zero address cannot be paid; give a real one");
  }
  return getAddress(value);
}

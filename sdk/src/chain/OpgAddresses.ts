import type { Address } from "viem";

/** Where one deployment of OPG stands on its chain. */
export interface OpgAddresses {
  readonly token: Address;
  readonly vesting: Address;
  readonly verifier: Address;
  readonly registry: Address;
  readonly settlement: Address;
}

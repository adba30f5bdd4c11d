import { type Address, type Hex, keccak256, toBytes, zeroHash } from "viem";

/** Enums of the registry, by name. */
export const Visibility = { Public: 0, Committed: 1 } as const;
export const SetupKind = { Dev: 0, Ceremony: 1 } as const;
export const VersionStatus = { Active: 0, Deprecated: 1 } as const;

export interface Payee {
  readonly account: Address;
  readonly bps: number;
}

export interface TensorSpec {
  readonly count: number;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly scale: number;
  readonly visibility: number;
}

export interface VersionConfig {
  readonly modelHash: Hex;
  readonly circuitHash: Hex;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  readonly setup: {
    readonly kind: number;
    readonly ptauHash: Hex;
    readonly transcriptHash: Hex;
    readonly contributions: number;
  };
  readonly price: bigint;
  readonly uri: string;
}

export const DEV_SETUP = {
  kind: SetupKind.Dev,
  ptauHash: zeroHash,
  transcriptHash: zeroHash,
  contributions: 0,
} as const;

export const CEREMONY_SETUP = {
  kind: SetupKind.Ceremony,
  ptauHash: keccak256(toBytes("powers of tau")),
  transcriptHash: keccak256(toBytes("transcript")),
  contributions: 3,
} as const;

/**
 * A version of a small classifier: 30 inputs of 16 bits behind a commitment and 10 outputs of 20 bits, one word each,
 * set up by a ceremony and with a uri of 46 characters.
 */
export function versionConfig(changes: Partial<VersionConfig> = {}): VersionConfig {
  return {
    modelHash: keccak256(toBytes("model")),
    circuitHash: keccak256(toBytes("circuit")),
    input: { count: 30, bits: 16, isSigned: true, scale: 8, visibility: Visibility.Committed },
    output: { count: 10, bits: 20, isSigned: true, scale: 10, visibility: Visibility.Public },
    setup: CEREMONY_SETUP,
    price: 10n ** 18n,
    uri: "ipfs://QmYwAPJzv5CZsnAzt8auVZRnGzr1rRkzsSrgCqE",
    ...changes,
  };
}

/** Id of the `number`th version of a model. */
export function versionId(modelId: bigint, number: bigint): bigint {
  return (modelId << 32n) | number;
}

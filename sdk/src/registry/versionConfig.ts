import type { ModelManifest, TensorSpec } from "@opg/circuits";
import { type Hex, zeroHash } from "viem";

/** What a setup is worth: a dev setup's secrets are published, a ceremony's are trusted to be lost. */
export const SETUP_KIND = { dev: 0, ceremony: 1 } as const;

const VISIBILITY = { public: 0, committed: 1 } as const;

/** `struct TensorSpec` of the registry. */
export interface OnChainTensorSpec {
  readonly count: number;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly scale: number;
  readonly visibility: number;
}

/** `struct VersionConfig` of the registry. */
export interface VersionConfig {
  readonly modelHash: Hex;
  readonly circuitHash: Hex;
  readonly input: OnChainTensorSpec;
  readonly output: OnChainTensorSpec;
  readonly setup: {
    readonly kind: number;
    readonly ptauHash: Hex;
    readonly transcriptHash: Hex;
    readonly contributions: number;
  };
  readonly price: bigint;
  readonly uri: string;
}

/** The setup record of a key made by the dev ceremony. */
export const DEV_SETUP = {
  kind: SETUP_KIND.dev,
  ptauHash: zeroHash,
  transcriptHash: zeroHash,
  contributions: 0,
} as const;

/** The registry's record of a compiled model. `price` is in token wei, a multiple of 10,000. */
export function versionConfig(
  manifest: ModelManifest,
  terms: Pick<VersionConfig, "price" | "uri"> & Partial<Pick<VersionConfig, "setup">>,
): VersionConfig {
  return {
    modelHash: manifest.modelHash,
    circuitHash: manifest.circuitHash,
    input: onChainSpec(manifest.input),
    output: onChainSpec(manifest.output),
    setup: terms.setup ?? DEV_SETUP,
    price: terms.price,
    uri: terms.uri,
  };
}

/** A tensor whose elements have scales of their own is recorded with the least; the manifest has them all. */
function onChainSpec({ count, bits, isSigned, scale, visibility }: TensorSpec): OnChainTensorSpec {
  return { count, bits, isSigned, scale, visibility: VISIBILITY[visibility] };
}

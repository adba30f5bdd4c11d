import type { ModelManifest } from "@opg/circuits";
import { createPublicClient, type Hex, http } from "viem";
import { modelRegistryAbi } from "../../abi/ModelRegistry.generated.ts";
import { versionConfig } from "../../registry/versionConfig.ts";
import type { SetupTranscript } from "../setup/SetupTranscript.ts";
import { Mismatch, requireEqual } from "./Check.ts";

/** A model version on a chain. */
export interface RegistryAddress {
  readonly rpc: string;
  readonly registry: Hex;
  readonly versionId: bigint;
}

/** Compares a registry's record with what was derived. Resolves to what to tell. */
export async function checkRecord(
  { rpc, registry, versionId }: RegistryAddress,
  expected: { modelHash: Hex; manifest: ModelManifest; setup: SetupTranscript | undefined },
): Promise<string> {
  const { manifest, modelHash, setup } = expected;
  if (!setup) throw new Mismatch("the setup is unknown, so the record's key cannot be compared");
  const client = createPublicClient({ transport: http(rpc) });
  const record = await client
    .readContract({ address: registry, abi: modelRegistryAbi, functionName: "version", args: [versionId] })
    .catch((error: { shortMessage?: string; message: string }) => {
      throw new Mismatch(`version ${versionId} of ${registry}: ${error.shortMessage ?? error.message}`);
    });
  const right = versionConfig(manifest, { price: 0n, uri: "", setup: setup.registry });
  requireEqual("modelHash on chain", record.modelHash, modelHash);
  requireEqual("circuitHash on chain", record.circuitHash, right.circuitHash);
  requireEqual("vkHash on chain", record.vkHash, setup.vkHash);
  for (const part of ["input", "output", "setup"] as const) {
    const found: Readonly<Record<string, unknown>> = record[part];
    for (const [field, value] of Object.entries(right[part])) {
      requireEqual(`${part}.${field} on chain`, found[field], value);
    }
  }
  return `version ${versionId} records these hashes, formats and setup`;
}

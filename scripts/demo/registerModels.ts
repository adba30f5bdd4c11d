import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { devSetup, toSolidityKey } from "@opg/groth16";
import { loadModelPackage, ModelProver, saveModelPackage } from "@opg/prover";
import { modelRegistryAbi, versionConfig, vkHash } from "@opg/sdk";
import { type Hex, parseEther } from "viem";
import { type CatalogEntry, MODEL_CATALOG } from "../../models/catalog.ts";
import { compileCatalogModel } from "../../models/compileCatalogModel.ts";
import type { LocalDeployment } from "./deployLocally.ts";
import type { Progress } from "./Progress.ts";

/** Of the price of an inference, what the model's owner and its data contributor get. */
const OWNER_BPS = 8_000;
const CONTRIBUTOR_BPS = 2_000;

const PRICE = parseEther("2");

/** A version on chain with the prover that serves it. */
export interface RegisteredVersion {
  readonly entry: CatalogEntry;
  readonly modelId: bigint;
  readonly versionId: bigint;
  readonly price: bigint;
  readonly vkHash: Hex;
  readonly constraints: number;
  readonly domain: number;
  readonly prover: ModelProver;
}

/** Compiles, sets up and registers the example models; a folder is a model, each of its networks a version. */
export async function registerModels(
  world: LocalDeployment,
  progress: Progress,
  entries: readonly CatalogEntry[] = MODEL_CATALOG,
): Promise<RegisteredVersion[]> {
  const folder = await mkdtemp(join(tmpdir(), "opg-demo-"));
  const modelIds = new Map<string, bigint>();
  const versions: RegisteredVersion[] = [];
  for (const entry of entries) {
    const artifact = await progress.step(
      `Compiling ${entry.name}`,
      () => compileCatalogModel(entry),
      ({ manifest }) => `Compiled ${entry.name}: ${manifest.constraints.toLocaleString("en")} constraints`,
    );
    const modelFolder = join(folder, entry.name);
    const keys = await progress.step(`Dev setup of ${entry.name} (unsafe: its secrets are published)`, () =>
      devSetup(artifact.circuit),
    );
    await saveModelPackage(modelFolder, artifact, keys);
    const prover = await ModelProver.open(await loadModelPackage(modelFolder));

    const registered = await progress.step(
      `Registering ${entry.name}`,
      async () => {
        const modelId = modelIds.get(entry.folder) ?? (await registerModel(world, entry));
        modelIds.set(entry.folder, modelId);
        const config = versionConfig(artifact.manifest, { price: PRICE, uri: `ipfs://demo/${entry.name}` });
        const versionId = await send(world, "registerVersion", [modelId, config, toSolidityKey(keys.vkey)]);
        return { modelId, versionId };
      },
      ({ modelId, versionId }) =>
        `Registered ${entry.name} as model ${modelId}, version ${versionId & 0xffffffffn}`,
    );
    const { constraints, domain } = artifact.manifest;
    versions.push({
      entry,
      ...registered,
      price: PRICE,
      vkHash: vkHash(toSolidityKey(keys.vkey)),
      constraints,
      domain,
      prover,
    });
  }
  return versions;
}

async function registerModel(world: LocalDeployment, entry: CatalogEntry): Promise<bigint> {
  const payees = [
    { account: world.modelOwner.account.address, bps: OWNER_BPS },
    { account: world.dataContributor.account.address, bps: CONTRIBUTOR_BPS },
  ];
  return send(world, "registerModel", [entry.folder, entry.licence, payees]);
}

/** Simulates for the id that a registration returns, then sends it. */
async function send(
  { publicClient, addresses, modelOwner }: LocalDeployment,
  functionName: "registerModel" | "registerVersion",
  args: readonly unknown[],
): Promise<bigint> {
  const { request, result } = await publicClient.simulateContract({
    address: addresses.registry,
    abi: modelRegistryAbi,
    functionName,
    args: args as never,
    account: modelOwner.account,
  });
  await publicClient.waitForTransactionReceipt({ hash: await modelOwner.writeContract(request) });
  return result;
}

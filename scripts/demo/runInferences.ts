import { randomBytes } from "node:crypto";
import { decodeTensor, encodeInput, inputCommitment, packTensor } from "@opg/circuits";
import { answerOrder, type OrderAnswer } from "@opg/prover";
import {
  inferenceSettlementAbi,
  type Order,
  opgTokenAbi,
  orderTypedData,
  STORE_RESULT,
  vestingScheduleAbi,
} from "@opg/sdk";
import { bytesToBigInt, formatEther, type Hex, parseEther, parseEventLogs, zeroAddress } from "viem";
import { readModelFile } from "../../models/compileCatalogModel.ts";
import type { ModelFacts, SampleFile } from "../../models/formats.ts";
import type { LocalDeployment } from "./deployLocally.ts";
import type { Progress } from "./Progress.ts";
import type { RegisteredVersion } from "./registerModels.ts";

const FEE = parseEther("5");
const DEPOSIT = parseEther("100");

/** A question and its proved answer, before it is settled. */
export interface Question {
  readonly version: RegisteredVersion;
  readonly order: Order;
  /** Empty for an order that was sent on chain. */
  readonly signature: Hex;
  readonly answer: OrderAnswer;
  readonly floatOutput: readonly number[];
  readonly truth: string;
  readonly proveSeconds: number;
}

/** What a settled inference amounted to. */
export interface SettledInference {
  readonly model: string;
  readonly route: "on-chain request" | "signed order";
  readonly answer: string;
  readonly truth: string;
  readonly floatOutput: readonly number[];
  readonly integerOutput: readonly number[];
  readonly proveSeconds: number;
  readonly gas: string;
  readonly paidToProver: string;
  readonly paidToPayees: string;
}

/** Releases the launch bucket to the payer, who deposits some of it in the settlement contract. */
export async function fundPayer({ publicClient, addresses, payer, config }: LocalDeployment): Promise<void> {
  const bucket = BigInt(config.buckets.findIndex(({ id }) => id === "liquidityAndLaunch"));
  const wait = (hash: Hex) => publicClient.waitForTransactionReceipt({ hash });
  await wait(
    await payer.writeContract({
      abi: vestingScheduleAbi,
      address: addresses.vesting,
      functionName: "release",
      args: [bucket],
    }),
  );
  await wait(
    await payer.writeContract({
      abi: opgTokenAbi,
      address: addresses.token,
      functionName: "approve",
      args: [addresses.settlement, DEPOSIT],
    }),
  );
  await wait(
    await payer.writeContract({
      abi: inferenceSettlementAbi,
      address: addresses.settlement,
      functionName: "deposit",
      args: [DEPOSIT],
    }),
  );
}

/** Orders an answer to a real held-out sample of the version's model, on chain or by signature, and proves it. */
export async function askAndProve(
  world: LocalDeployment,
  version: RegisteredVersion,
  route: SettledInference["route"],
  progress: Progress,
): Promise<Question> {
  const { manifest } = version.prover.model;
  const { samples } = await readModelFile<SampleFile<{ label?: number; target?: number }>>(
    version.entry,
    version.entry.samples,
  );
  const facts = await readModelFile<ModelFacts>(version.entry, version.entry.facts);
  const sample = samples[0]!;
  const inputs = encodeInput(sample.input, manifest.input);
  const salt = bytesToBigInt(randomBytes(31));
  const { timestamp } = await world.publicClient.getBlock();
  const order: Order = {
    payer: world.payer.account.address,
    versionId: version.versionId,
    inputs: [inputCommitment(packTensor(inputs, manifest.input), salt)],
    maxFee: FEE,
    mode: STORE_RESULT,
    deadline: timestamp + 3_600n,
    salt: bytesToBigInt(randomBytes(32)),
    callback: zeroAddress,
  };
  const domain = { chainId: world.publicClient.chain.id, settlement: world.addresses.settlement };
  const signature = await progress.step(
    `${route === "signed order" ? "Signing an order for" : "Sending a request to"} ${version.entry.name}`,
    async () => {
      if (route === "signed order") return world.payer.signTypedData(orderTypedData(order, domain));
      const hash = await world.payer.writeContract({
        abi: inferenceSettlementAbi,
        address: world.addresses.settlement,
        functionName: "request",
        args: [order],
      });
      await world.publicClient.waitForTransactionReceipt({ hash });
      return "0x" as const;
    },
  );
  const start = performance.now();
  const answer = await progress.step(`Proving ${version.entry.name}`, () =>
    answerOrder(version.prover, { order, domain, prover: world.prover.account.address, inputs, salt }),
  );
  return {
    version,
    order,
    signature,
    answer,
    floatOutput: sample.floatOutput,
    truth:
      sample.label === undefined ? `${sample.target}` : (facts.labels[sample.label] ?? `${sample.label}`),
    proveSeconds: (performance.now() - start) / 1000,
  };
}

/** Settles a proved question and reads from the receipt who was paid. */
export async function settleQuestion(world: LocalDeployment, question: Question): Promise<SettledInference> {
  const { order, signature, answer, version } = question;
  const hash = await world.prover.writeContract({
    abi: inferenceSettlementAbi,
    address: world.addresses.settlement,
    functionName: "settle",
    args: [order, signature, answer.prover, answer.outputWords, solidityProof(answer)],
  });
  const receipt = await world.publicClient.waitForTransactionReceipt({ hash });
  const [settled] = parseEventLogs({
    abi: inferenceSettlementAbi,
    eventName: "InferenceSettled",
    logs: receipt.logs,
  });
  const reals = decodeTensor(answer.outputs, version.prover.model.manifest.output);
  return {
    model: version.entry.name,
    route: signature === "0x" ? "on-chain request" : "signed order",
    answer: describeAnswer(version, reals),
    truth: question.truth,
    floatOutput: question.floatOutput,
    integerOutput: reals,
    proveSeconds: question.proveSeconds,
    gas: receipt.gasUsed.toString(),
    paidToProver: formatEther(settled!.args.fee - version.price),
    paidToPayees: formatEther(version.price),
  };
}

/** The proof as the contract takes it. */
export function solidityProof({ proof }: OrderAnswer) {
  return {
    points: proof.points as unknown as readonly [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ],
    digest: proof.digest,
  };
}

/** The class that the outputs name, or the number itself for a regression. */
function describeAnswer({ prover }: RegisteredVersion, reals: readonly number[]): string {
  const { labels, outputs } = prover.model.manifest;
  if (!labels) return reals[0]!.toFixed(3);
  if (outputs.some(({ name }) => name === "label")) return labels[reals[0]!]!;
  if (reals.length === 1) return labels[reals[0]! > 0.5 ? 1 : 0]!;
  return labels[reals.indexOf(Math.max(...reals))]!;
}

import { inferenceSettlementAbi } from "@opg/sdk";
import {
  type Address,
  BaseError,
  type ContractFunctionParameters,
  ContractFunctionRevertedError,
  type Hex,
} from "viem";
import type { LocalDeployment } from "./deployLocally.ts";
import { type Question, solidityProof } from "./runInferences.ts";

export interface RefusedAttack {
  readonly attack: string;
  /** The reverted transaction. */
  readonly transaction: Hex;
  /** The contract's error. */
  readonly refusal: string;
}

/**
 * Tries to be paid for what was not proved: a changed answer, a changed proof, and somebody else's proof.
 * Throws when the chain accepts any of them.
 */
export async function tryAttacks(world: LocalDeployment, question: Question): Promise<RefusedAttack[]> {
  const { order, signature, answer } = question;
  const proof = solidityProof(answer);
  const [first, ...rest] = answer.outputWords;
  const { points } = proof;
  // C negated: a point of the curve, but not of this proof.
  const negatedC = BASE_FIELD_ORDER - points[7];
  return [
    await refused("the answer tampered with", answer.prover, [first! ^ 1n, ...rest], proof),
    await refused("the proof tampered with", answer.prover, answer.outputWords, {
      ...proof,
      points: [...points.slice(0, 7), negatedC] as unknown as typeof points,
    }),
    await refused(
      "the proof stolen by another payee",
      world.thief.account.address,
      answer.outputWords,
      proof,
    ),
  ];

  async function refused(
    attack: string,
    payee: Address,
    outputs: readonly bigint[],
    forged: typeof proof,
  ): Promise<RefusedAttack> {
    const call = {
      abi: inferenceSettlementAbi,
      address: world.addresses.settlement,
      functionName: "settle",
      args: [order, signature, payee, outputs, forged],
    } as const;
    const transaction = await world.thief.writeContract({ ...call, gas: ATTACK_GAS });
    const { status } = await world.publicClient.waitForTransactionReceipt({ hash: transaction });
    if (status !== "reverted") throw new Error(`The chain accepted ${attack}: this must never happen.`);
    return { attack, transaction, refusal: await reasonOf(call) };
  }

  /** The error of the same call, which a receipt does not tell. */
  async function reasonOf(call: ContractFunctionParameters): Promise<string> {
    try {
      await world.publicClient.simulateContract({ ...call, account: world.thief.account });
    } catch (error) {
      const revert =
        error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError);
      if (revert instanceof ContractFunctionRevertedError)
        return revert.data?.errorName ?? revert.shortMessage;
      throw error;
    }
    throw new Error("A call that reverted in a transaction went through when it was simulated.");
  }
}

/** Above what any settlement takes, and given outright: an estimate would fail before the chain could refuse. */
const ATTACK_GAS = 1_000_000n;

/** Order of the field that the curve's coordinates lie in. */
const BASE_FIELD_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

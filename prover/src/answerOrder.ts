import { inputCommitment, packTensor } from "@opg/circuits";
import { hashOrder, type Order, requestContext, type SettlementDomain } from "@opg/sdk";
import type { Address, Hex } from "viem";
import { InputMismatchError } from "./errors.ts";
import type { ModelProver, ProvedInference } from "./ModelProver.ts";

export interface OrderToAnswer {
  readonly order: Order;
  readonly domain: SettlementDomain;
  /** The account that the answer pays. */
  readonly prover: Address;
  /** Integers of the input tensor, which the payer sends beside the order. */
  readonly inputs: readonly bigint[];
  /** Salt of the input commitment, from the payer. Default 0. */
  readonly salt?: bigint;
}

/** A proved answer to one order: the arguments of `settle` beside the order and its signature. */
export interface OrderAnswer extends ProvedInference {
  readonly requestId: Hex;
  readonly prover: Address;
}

/**
 * Proves the answer to an order, bound to its request and to the prover's account.
 * @throws InputMismatchError, before any proving, when the inputs are not those that the order commits to.
 */
export async function answerOrder(
  modelProver: ModelProver,
  { order, domain, prover, inputs, salt = 0n }: OrderToAnswer,
): Promise<OrderAnswer> {
  const spec = modelProver.model.manifest.input;
  const packed = packTensor(inputs, spec);
  const words = spec.visibility === "committed" ? [inputCommitment(packed, salt)] : packed;
  if (words.length !== order.inputs.length || words.some((word, i) => word !== order.inputs[i])) {
    throw new InputMismatchError(order.inputs, words);
  }
  const requestId = hashOrder(order, domain);
  const context = requestContext(domain, requestId, prover);
  return { ...(await modelProver.prove({ inputs, salt, context })), requestId, prover };
}

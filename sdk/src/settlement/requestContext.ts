import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";
import type { SettlementDomain } from "./Order.ts";

/**
 * First value of the statement that answers a request: `keccak256(abi.encode(chainId, settlement, requestId, prover)) >> 8`.
 * It ties a proof to one request and to the prover who is paid for it.
 */
export function requestContext(domain: SettlementDomain, requestId: Hex, prover: Address): bigint {
  const encoded = encodeAbiParameters(
    [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }, { type: "address" }],
    [BigInt(domain.chainId), domain.settlement, requestId, prover],
  );
  return BigInt(keccak256(encoded)) >> 8n;
}

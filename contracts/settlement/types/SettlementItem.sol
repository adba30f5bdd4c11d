// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Proof } from "../../verify/types/Proof.sol";
import { Order } from "./Order.sol";

/// @notice One answer to settle: the order, the authority to charge for it, and the proof that earns it.
/// @param order The order answered.
/// @param signature The payer's signature of the order; empty when the order was sent on chain.
/// @param prover Account paid, bound by the context of the proof.
/// @param outputs The packed outputs.
/// @param proof Groth16 proof of the version's circuit for (context, inputs, outputs).
struct SettlementItem {
    Order order;
    bytes signature;
    address prover;
    uint256[] outputs;
    Proof proof;
}

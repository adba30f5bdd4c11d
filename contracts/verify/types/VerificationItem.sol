// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Proof } from "./Proof.sol";

/// @notice One claim of a batch: `proof` shows that the circuit of `vkHash` accepts `values`.
/// @param vkHash Hash of a registered key.
/// @param values The public vector `(context, inputs..., outputs...)`, each below the scalar field order.
/// @param proof The proof and its digest.
struct VerificationItem {
    bytes32 vkHash;
    uint256[] values;
    Proof proof;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a payer asks for and what he pays at most: sent on chain, or signed as EIP-712 typed data.
/// @dev The EIP-712 digest of an order is its `requestId`: nothing of it can be changed by whoever settles it.
/// @param payer Account whose deposit pays.
/// @param versionId Version of a model in the registry.
/// @param inputs Public values between the context and the outputs: the packed inputs, or one input commitment.
/// @param maxFee Fee charged, in token wei: the version's price goes to its payees, the rest to the prover.
/// @param mode Bit set: 1 stores the outputs on chain. Unknown bits are refused.
/// @param deadline The order is live while `block.timestamp < deadline` (seconds).
/// @param salt Makes the order unique, and is its unordered nonce: bit `salt & 0xff` of word `salt >> 8`.
/// @param callback Contract told of the result, or zero.
struct Order {
    address payer;
    uint256 versionId;
    uint256[] inputs;
    uint256 maxFee;
    uint8 mode;
    uint64 deadline;
    uint256 salt;
    address callback;
}

using OrderHash for Order global;

/// @title EIP-712 struct hash of an order
library OrderHash {
    bytes32 internal constant TYPEHASH = keccak256(
        "Order(address payer,uint256 versionId,uint256[] inputs,uint256 maxFee,uint8 mode,uint64 deadline,uint256 salt,address callback)"
    );

    /// @notice `hashStruct(order)` of EIP-712; an array is hashed as the concatenation of its elements.
    function hash(Order calldata order) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    TYPEHASH,
                    order.payer,
                    order.versionId,
                    keccak256(abi.encodePacked(order.inputs)),
                    order.maxFee,
                    order.mode,
                    order.deadline,
                    order.salt,
                    order.callback
                )
            );
    }
}

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
    /// @dev An order lies in calldata as EIP-712 encodes it, but for the type hash before it and the third word, which
    /// is the offset of the inputs instead of their hash. So it is copied as a whole, at 400 gas instead of 2,000.
    /// Copied words are not validated, so that is done here: a field wider than its type must not be hashed.
    function hash(Order calldata order) internal pure returns (bytes32 digest) {
        uint256[] calldata inputs = order.inputs;
        bytes32 typeHash = TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40) // free memory, used as scratch
            let size := shl(5, inputs.length)
            calldatacopy(pointer, inputs.offset, size) // the elements
            let inputsHash := keccak256(pointer, size)
            mstore(pointer, typeHash)
            calldatacopy(add(pointer, 0x20), order, 0x100) // the eight words of the order
            mstore(add(pointer, 0x60), inputsHash) // instead of the offset of the inputs
            let excess := shr(160, mload(add(pointer, 0x20))) // payer: 160 bits
            excess := or(excess, shr(8, mload(add(pointer, 0xa0)))) // mode: 8 bits
            excess := or(excess, shr(64, mload(add(pointer, 0xc0)))) // deadline: 64 bits
            excess := or(excess, shr(160, mload(add(pointer, 0x100)))) // callback: 160 bits
            if excess {
                revert(0, 0) // as the compiler's decoder does
            }
            digest := keccak256(pointer, 0x120)
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Proof } from "../verify/types/Proof.sol";

/// @notice A call of the verifier, under construction.
/// @param data Calldata of `verifyBatch(VerificationItem[])`, all allocated, filled up to `end`.
/// @param count Items appended.
/// @param end Where the next item begins, counted from the first item's offset.
struct ProofBatch {
    bytes data;
    uint256 count;
    uint256 end;
}

using ProofBatchLib for ProofBatch global;

/// @title Writes a batch for the verifier straight from calldata
/// @dev The compiler would copy every item into structs and encode these again, at about 6,000 gas an item; this is
/// some 600. The layout of `data`, by the ABI specification:
///
///     4 bytes   selector
///     1 word    0x20, offset of the array
///     1 word    number of items
///     1 word    for each item, its offset from here
///               for each item:
///     1 word      vkHash
///     1 word      0x160, offset of the values from the item's beginning
///     9 words     proof: 8 point coordinates, digest
///     1 word      number of values
///                 the values: context, inputs, outputs
library ProofBatchLib {
    /// @dev Words of an item but its values: those above, and its offset.
    uint256 private constant ITEM_WORDS = 13;

    /// @dev Selector and two words.
    uint256 private constant HEAD_BYTES = 0x44;

    /// @notice Room for `count` items that have `values` values between them.
    function allocate(uint256 count, uint256 values) internal pure returns (ProofBatch memory batch) {
        batch.data = new bytes(HEAD_BYTES + 0x20 * (ITEM_WORDS * count + values));
        batch.end = 0x20 * count;
        bytes memory data = batch.data;
        assembly ("memory-safe") {
            let head := add(data, 0x24) // after the length word and the selector
            mstore(head, 0x20) // offset of the array
            mstore(add(head, 0x20), count) // number of items
        }
    }

    /// @notice Adds one item. The caller has counted it and its values when allocating.
    function append(
        ProofBatch memory batch,
        bytes32 vkHash,
        uint256 context,
        uint256[] calldata inputs,
        uint256[] calldata outputs,
        Proof calldata proof
    ) internal pure {
        bytes memory data = batch.data;
        uint256 count = batch.count++;
        uint256 end = batch.end;
        uint256 values = 1 + inputs.length + outputs.length;
        batch.end = end + 0x20 * (ITEM_WORDS - 1 + values);
        assembly ("memory-safe") {
            let offsets := add(data, 0x64) // after the length word, the selector and two words
            mstore(add(offsets, shl(5, count)), end) // the item's offset
            let item := add(offsets, end)
            mstore(item, vkHash)
            mstore(add(item, 0x20), 0x160) // the values come after 11 words
            calldatacopy(add(item, 0x40), proof, 0x120) // 9 words of proof
            mstore(add(item, 0x160), values) // number of values
            mstore(add(item, 0x180), context) // the first value
            let size := shl(5, inputs.length)
            let next := add(item, 0x1a0)
            calldatacopy(next, inputs.offset, size) // the inputs
            calldatacopy(add(next, size), outputs.offset, shl(5, outputs.length)) // the outputs
        }
    }

    /// @notice Whether every item holds.
    function holds(ProofBatch memory batch, IProofVerifier verifier) internal view returns (bool) {
        return abi.decode(_call(batch, verifier, IProofVerifier.verifyBatch.selector), (bool));
    }

    /// @notice The items that do not hold, in the order they were appended.
    function invalidItems(
        ProofBatch memory batch,
        IProofVerifier verifier
    ) internal view returns (uint256[] memory indices) {
        return abi.decode(_call(batch, verifier, IProofVerifier.invalidItems.selector), (uint256[]));
    }

    /// @dev Both functions take the same arguments.
    function _call(
        ProofBatch memory batch,
        IProofVerifier verifier,
        bytes4 selector
    ) private view returns (bytes memory) {
        bytes memory data = batch.data;
        assembly ("memory-safe") {
            let first := mload(add(data, 0x20)) // the selector and the 28 bytes after it
            mstore(add(data, 0x20), or(selector, shr(32, shl(32, first)))) // replace the first 4 bytes
        }
        return Address.functionStaticCall(address(verifier), data);
    }
}

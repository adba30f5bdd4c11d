// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Proof } from "../verify/types/Proof.sol";

/// @notice Proofs collected for one check by the verifier.
/// @param items Where each item stands in memory, ABI-encoded as a `VerificationItem`.
/// @param count Items collected.
/// @param values Public values of all items together.
/// @param vkHash Key of the first item.
/// @param mixed Whether another item has another key.
struct ProofBatch {
    uint256[] items;
    uint256 count;
    uint256 values;
    bytes32 vkHash;
    bool mixed;
}

using ProofBatchLib for ProofBatch global;

/// @title Collects proofs from calldata and has them checked at once
/// @dev The compiler would copy every item into structs and encode these again, at about 6,000 gas an item; this takes
/// some 700. An item in memory, by the ABI specification:
///
///     0x000  vkHash
///     0x020  0x160, offset of the values
///     0x040  proof: 8 point coordinates, digest
///     0x160  number of values
///     0x180  values: context, inputs, outputs
library ProofBatchLib {
    /// @dev Words of an item before its values.
    uint256 private constant ITEM_WORDS = 12;

    /// @dev Words of a proof.
    uint256 private constant PROOF_WORDS = 9;

    /// @notice An empty batch with room for `capacity` items.
    function open(uint256 capacity) internal pure returns (ProofBatch memory batch) {
        batch.items = new uint256[](capacity);
    }

    /// @notice Adds one item.
    function append(
        ProofBatch memory batch,
        bytes32 vkHash,
        uint256 context,
        uint256[] calldata inputs,
        uint256[] calldata outputs,
        Proof calldata proof
    ) internal pure {
        uint256 values;
        unchecked {
            // Lengths of arrays that calldata paid for.
            values = 1 + inputs.length + outputs.length;
            batch.values += values;
        }
        uint256 item;
        assembly ("memory-safe") {
            item := mload(0x40) // free memory
            mstore(item, vkHash)
            mstore(add(item, 0x20), 0x160) // the values come after 11 words
            calldatacopy(add(item, 0x40), proof, 0x120) // 9 words of proof
            mstore(add(item, 0x160), values) // number of values
            mstore(add(item, 0x180), context) // the first value
            let size := shl(5, inputs.length)
            let next := add(item, 0x1a0)
            calldatacopy(next, inputs.offset, size) // the inputs
            next := add(next, size)
            size := shl(5, outputs.length)
            calldatacopy(next, outputs.offset, size) // the outputs
            mstore(0x40, add(next, size)) // allocate all that
        }
        uint256 count = batch.count;
        batch.items[count] = item;
        batch.count = count + 1;
        if (vkHash != batch.vkHash) {
            if (count == 0) batch.vkHash = vkHash;
            else batch.mixed = true;
        }
    }

    /// @notice Whether every item holds. True for an empty batch.
    /// @dev Items of one key have a cheaper function.
    function holds(ProofBatch memory batch, IProofVerifier verifier) internal view returns (bool) {
        if (batch.count == 0) return true;
        bytes memory data =
            batch.mixed ? _encodeItems(batch, IProofVerifier.verifyBatch.selector) : _encodeModelBatch(batch);
        return abi.decode(Address.functionStaticCall(address(verifier), data), (bool));
    }

    /// @notice The items that do not hold, in the order they were appended.
    function invalidItems(
        ProofBatch memory batch,
        IProofVerifier verifier
    ) internal view returns (uint256[] memory indices) {
        bytes memory data = _encodeItems(batch, IProofVerifier.invalidItems.selector);
        return abi.decode(Address.functionStaticCall(address(verifier), data), (uint256[]));
    }

    /// @dev `selector(VerificationItem[])`: offset of the array, its length, the offset of each item from behind the
    /// length, the items.
    function _encodeItems(ProofBatch memory batch, bytes4 selector) private pure returns (bytes memory data) {
        uint256[] memory items = batch.items;
        uint256 count = batch.count;
        data = _allocate(4 + 0x20 * (2 + (1 + ITEM_WORDS) * count + batch.values));
        assembly ("memory-safe") {
            let head := add(data, 0x20) // behind the length of `data`
            mstore(head, selector)
            mstore(add(head, 0x04), 0x20) // offset of the array
            mstore(add(head, 0x24), count) // its length
            let offsets := add(head, 0x44)
            let end := shl(5, count) // where the next item goes, from the offsets on
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                mstore(add(offsets, shl(5, i)), end) // the item's offset
                let item := mload(add(items, shl(5, add(i, 1)))) // items[i]
                let size := add(0x180, shl(5, mload(add(item, 0x160)))) // 12 words and the values
                mcopy(add(offsets, end), item, size)
                end := add(end, size)
            }
        }
    }

    /// @dev `verifyModelBatch(bytes32, uint256[], Proof[])`: the key, offsets of the two arrays, then each array's length
    /// and elements, the vectors one after the other in the first.
    function _encodeModelBatch(ProofBatch memory batch) private pure returns (bytes memory data) {
        uint256[] memory items = batch.items;
        uint256 count = batch.count;
        uint256 values = batch.values;
        bytes32 vkHash = batch.vkHash;
        bytes4 selector = IProofVerifier.verifyModelBatch.selector;
        data = _allocate(4 + 0x20 * (5 + values + PROOF_WORDS * count));
        assembly ("memory-safe") {
            let head := add(data, 0x20) // behind the length of `data`
            mstore(head, selector)
            head := add(head, 0x04) // offsets count from here
            mstore(head, vkHash)
            mstore(add(head, 0x20), 0x60) // offset of the values
            mstore(add(head, 0x60), values) // their number
            let value := add(head, 0x80) // the first value
            let proof := add(value, shl(5, values)) // behind the last
            mstore(add(head, 0x40), sub(proof, head)) // offset of the proofs
            mstore(proof, count) // their number
            proof := add(proof, 0x20) // the first proof
            let item := add(items, 0x20) // the first pointer
            for {
                let last := add(item, shl(5, count))
            } lt(item, last) {
                item := add(item, 0x20)
            } {
                let source := mload(item)
                mcopy(proof, add(source, 0x40), 0x120)
                proof := add(proof, 0x120)
                let size := shl(5, mload(add(source, 0x160)))
                mcopy(value, add(source, 0x180), size)
                value := add(value, size)
            }
        }
    }

    /// @dev Like `new bytes(size)`, but not cleared: every byte is written.
    function _allocate(uint256 size) private pure returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40) // free memory
            mstore(data, size) // the length
            mstore(0x40, and(add(add(data, size), 0x3f), not(0x1f))) // behind it, the next whole word
        }
    }
}

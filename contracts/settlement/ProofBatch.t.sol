// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ExactVerifier } from "../test/mocks/ExactVerifier.sol";
import { TestBase } from "../test/TestBase.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Proof } from "../verify/types/Proof.sol";
import { VerificationItem } from "../verify/types/VerificationItem.sol";
import { ProofBatch, ProofBatchLib } from "./ProofBatch.sol";

/// @notice The assembly of {ProofBatchLib} against the compiler's own encoding.
contract ProofBatchTest is TestBase {
    /// @notice What a batch is made of.
    struct Part {
        bytes32 vkHash;
        uint256 context;
        uint256[] inputs;
        uint256[] outputs;
        Proof proof;
    }

    ExactVerifier private verifier;

    function setUp() external {
        verifier = new ExactVerifier();
    }

    function testFuzz_itemsOfSeveralKeysAreEncodedAsAnArrayOfStructs(uint256 seed) external {
        Part[] memory parts = _parts(seed, 2);
        verifier.expect(abi.encodeCall(IProofVerifier.verifyBatch, (this.itemsOf(parts))));
        assertTrue(this.holds(parts, parts.length));
    }

    function testFuzz_itemsOfOneKeyAreEncodedAsTwoArrays(uint256 seed) external {
        Part[] memory parts = _parts(seed, 1);
        for (uint256 i = 1; i < parts.length; ++i) parts[i].vkHash = parts[0].vkHash;
        verifier.expect(this.encodeModelBatch(parts));
        assertTrue(this.holds(parts, parts.length));
    }

    function testFuzz_invalidItemsAreAskedForWithTheSameItems(uint256 seed, uint256 index) external {
        Part[] memory parts = _parts(seed, 1);
        uint256[] memory expected = new uint256[](1);
        expected[0] = index;
        bytes memory data = abi.encodeCall(IProofVerifier.invalidItems, (this.itemsOf(parts)));
        vm.mockCall(address(verifier), data, abi.encode(expected));
        assertEq(this.invalidItems(parts), expected);
    }

    /// @dev What a batch has room for and does not hold must not show.
    function testFuzz_roomLeftOverDoesNotShow(uint256 seed, uint8 spare) external {
        Part[] memory parts = _parts(seed, 2);
        verifier.expect(abi.encodeCall(IProofVerifier.verifyBatch, (this.itemsOf(parts))));
        assertTrue(this.holds(parts, parts.length + spare));
    }

    function test_anEmptyBatchHoldsWithoutAsking() external view {
        assertTrue(this.holds(new Part[](0), 3));
    }

    function test_whatTheVerifierDeniesDoesNotHold() external view {
        assertFalse(this.holds(new Part[](1), 1));
    }

    // ── Helpers ──────────────────────────────────────────────────────────────────────────────────────────

    function holds(Part[] calldata parts, uint256 capacity) external view returns (bool) {
        return _batchOf(parts, capacity).holds(IProofVerifier(address(verifier)));
    }

    function invalidItems(Part[] calldata parts) external view returns (uint256[] memory) {
        return _batchOf(parts, parts.length).invalidItems(IProofVerifier(address(verifier)));
    }

    function encodeModelBatch(Part[] calldata parts) external pure returns (bytes memory) {
        uint256 count;
        for (uint256 i = 0; i < parts.length; ++i) count += _valuesOf(parts[i]).length;
        uint256[] memory values = new uint256[](count);
        Proof[] memory proofs = new Proof[](parts.length);
        uint256 next;
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256[] memory own = _valuesOf(parts[i]);
            for (uint256 k = 0; k < own.length; ++k) values[next++] = own[k];
            proofs[i] = parts[i].proof;
        }
        return abi.encodeCall(IProofVerifier.verifyModelBatch, (parts[0].vkHash, values, proofs));
    }

    function itemsOf(Part[] calldata parts) external pure returns (VerificationItem[] memory items) {
        items = new VerificationItem[](parts.length);
        for (uint256 i = 0; i < parts.length; ++i) {
            items[i] = VerificationItem({
                vkHash: parts[i].vkHash,
                values: _valuesOf(parts[i]),
                proof: parts[i].proof
            });
        }
    }

    /// @dev `least` to five parts with up to five inputs and outputs each, none at all included, and different keys.
    function _parts(uint256 seed, uint256 least) private pure returns (Part[] memory parts) {
        parts = new Part[](least + (seed % (6 - least)));
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            parts[i].vkHash = keccak256(abi.encode(draw, "key"));
            parts[i].context = uint256(keccak256(abi.encode(draw, "context")));
            parts[i].inputs = _words(draw, draw % 6);
            parts[i].outputs = _words(~draw, (draw >> 8) % 6);
            for (uint256 k = 0; k < 8; ++k)
                parts[i].proof.points[k] = uint256(keccak256(abi.encode(draw, k)));
            parts[i].proof.digest = draw;
        }
    }

    function _words(uint256 seed, uint256 count) private pure returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) words[i] = uint256(keccak256(abi.encode(seed, "word", i)));
    }

    function _batchOf(
        Part[] calldata parts,
        uint256 capacity
    ) private pure returns (ProofBatch memory batch) {
        batch = ProofBatchLib.open(capacity);
        for (uint256 i = 0; i < parts.length; ++i) {
            batch.append({
                vkHash: parts[i].vkHash,
                context: parts[i].context,
                inputs: parts[i].inputs,
                outputs: parts[i].outputs,
                proof: parts[i].proof
            });
            // Other memory is allocated between the items of a real batch.
            abi.encode(i, parts.length);
        }
    }

    function _valuesOf(Part calldata part) private pure returns (uint256[] memory values) {
        uint256 inputs = part.inputs.length;
        values = new uint256[](1 + inputs + part.outputs.length);
        values[0] = part.context;
        for (uint256 i = 0; i < inputs; ++i) values[1 + i] = part.inputs[i];
        for (uint256 i = 0; i < part.outputs.length; ++i) values[1 + inputs + i] = part.outputs[i];
    }
}

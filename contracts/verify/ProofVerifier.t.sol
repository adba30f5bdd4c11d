// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ProofSimulator } from "../test/ProofSimulator.sol";
import { TestBase } from "../test/TestBase.sol";
import { BN254_P, BN254_R } from "./Bn254.sol";
import { IProofVerifier } from "./IProofVerifier.sol";
import { ProofVerifier } from "./ProofVerifier.sol";
import { Proof } from "./types/Proof.sol";
import { VerificationItem } from "./types/VerificationItem.sol";
import { VerificationKey } from "./types/VerificationKey.sol";

contract ProofVerifierTest is TestBase {
    uint256 private constant KEYS = 3;
    uint256 private constant MAX_ITEMS = 4;

    IProofVerifier private verifier;
    bytes32[KEYS] private hashes;

    function setUp() public {
        verifier = new ProofVerifier(ProofSimulator.ceremony(), false);
        for (uint256 seed = 0; seed < KEYS; ++seed)
            hashes[seed] = verifier.registerKey(ProofSimulator.key(seed));
    }

    function testFuzz_AcceptsEveryProofThatHolds(uint256 seed) external view {
        VerificationItem memory item = _item(seed);
        assertTrue(verifier.verify(item.vkHash, item.values, item.proof));
    }

    function testFuzz_RefusesTheSameProofWithAnyWordChanged(
        uint256 seed,
        uint256 place,
        uint256 word
    ) external view {
        VerificationItem memory item = _item(seed);
        vm.assume(_change(item, place, word));
        assertFalse(verifier.verify(item.vkHash, item.values, item.proof));
    }

    function testFuzz_RefusesWordsRaisedByTheFieldOrder(uint256 seed, uint256 place) external view {
        VerificationItem memory item = _item(seed);
        uint256 length = item.values.length;
        place = bound(place, 0, length + 8);
        if (place < length) item.values[place] += BN254_R;
        else if (place == length) item.proof.digest += BN254_R;
        else item.proof.points[place - length - 1] += BN254_P;
        assertFalse(verifier.verify(item.vkHash, item.values, item.proof));
    }

    function testFuzz_RefusesNonsense(
        uint256[] memory values,
        uint256[8] memory points,
        uint256 digest
    ) external view {
        Proof memory proof = Proof({ points: points, digest: digest });
        assertFalse(verifier.verify(hashes[0], values, proof));
    }

    function testFuzz_RevertsForCalldataOfAnyOtherLength(uint256 seed, bytes memory tail) external view {
        vm.assume(tail.length > 0);
        VerificationItem memory item = _item(seed);
        bytes memory data = abi.encodeCall(IProofVerifier.verify, (item.vkHash, item.values, item.proof));
        (bool success, bytes memory reason) = address(verifier).staticcall(bytes.concat(data, tail));
        assertFalse(success);
        assertEq(
            reason,
            abi.encodeWithSelector(
                IProofVerifier.ProofVerifier__CalldataLength.selector,
                data.length + tail.length,
                data.length
            )
        );
    }

    function testFuzz_RefusesOrRevertsForAnyCalldata(bytes memory arguments) external view {
        bytes4[3] memory selectors = [
            IProofVerifier.verify.selector,
            IProofVerifier.verifyBatch.selector,
            IProofVerifier.verifyModelBatch.selector
        ];
        for (uint256 i = 0; i < 3; ++i) {
            (bool success, bytes memory result) = address(verifier).staticcall(
                bytes.concat(selectors[i], arguments)
            );
            // The only batch that holds without a proof is the empty one: offset and length.
            bool isEmptyBatch = i == 1 && arguments.length == 64;
            if (success) assertTrue(isEmptyBatch || !abi.decode(result, (bool)));
        }
    }

    function testFuzz_BatchesHoldIfAllTheirItemsDo(uint256 seed, uint256 count, uint256 bad) external view {
        VerificationItem[] memory items = new VerificationItem[](bound(count, 0, MAX_ITEMS));
        uint256[] memory invalid = new uint256[](items.length);
        uint256 found = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            uint256 itemSeed = uint256(keccak256(abi.encode(seed, i)));
            items[i] = _item(itemSeed);
            if (((bad >> i) & 1) == 1 && _change(items[i], itemSeed >> 8, itemSeed >> 16))
                invalid[found++] = i;
        }
        assertEq(verifier.verifyBatch(items), found == 0);
        uint256[] memory named = verifier.invalidItems(items);
        assertEq(named.length, found);
        for (uint256 i = 0; i < found; ++i) assertEq(named[i], invalid[i]);
    }

    function testFuzz_ModelBatchesAgreeWithBatches(uint256 seed, uint256 count, uint256 bad) external view {
        count = bound(count, 1, MAX_ITEMS);
        uint256 width = 3 + (seed % 5);
        VerificationItem[] memory items = new VerificationItem[](count);
        uint256[] memory values = new uint256[](count * width);
        Proof[] memory proofs = new Proof[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 itemSeed = uint256(keccak256(abi.encode(seed, i)));
            items[i] = _itemOf(seed % KEYS, width, itemSeed);
            if (((bad >> i) & 1) == 1) _change(items[i], itemSeed >> 8, itemSeed >> 16);
            for (uint256 j = 0; j < width; ++j) values[i * width + j] = items[i].values[j];
            proofs[i] = items[i].proof;
        }
        assertEq(verifier.verifyModelBatch(hashes[seed % KEYS], values, proofs), verifier.verifyBatch(items));
    }

    function testFuzz_RefusesKeysWithAnyWordChanged(uint256 place, uint256 word) external {
        VerificationKey memory key = ProofSimulator.key(0);
        place = bound(place, 0, 11);
        if (place < 4) {
            vm.assume(key.delta[place] != word);
            key.delta[place] = word;
        } else {
            vm.assume(key.ic[place - 4] != word);
            // The one other point with this x.
            vm.assume(place % 2 == 0 || word != BN254_P - key.ic[place - 4]);
            key.ic[place - 4] = word;
        }
        try verifier.registerKey(key) {
            assertTrue(false);
        } catch {}
    }

    /// @dev A claim that holds, of any key and 3 to 12 values.
    function _item(uint256 seed) private view returns (VerificationItem memory) {
        return _itemOf(seed % KEYS, 3 + ((seed >> 8) % 10), seed);
    }

    function _itemOf(
        uint256 keySeed,
        uint256 width,
        uint256 seed
    ) private view returns (VerificationItem memory) {
        uint256[] memory values = new uint256[](width);
        for (uint256 i = 0; i < width; ++i) {
            values[i] = uint256(keccak256(abi.encode("value", seed, i))) % BN254_R;
        }
        return
            VerificationItem({
                vkHash: hashes[keySeed],
                values: values,
                proof: ProofSimulator.prove(hashes[keySeed], keySeed, values, seed)
            });
    }

    /// @dev Replaces the word at `place` of values, points and digest; false if it is this word already.
    function _change(VerificationItem memory item, uint256 place, uint256 word) private pure returns (bool) {
        uint256 length = item.values.length;
        place = place % (length + 9);
        uint256 old;
        if (place < length) (old, item.values[place]) = (item.values[place], word);
        else if (place == length) (old, item.proof.digest) = (item.proof.digest, word);
        else (old, item.proof.points[place - length - 1]) = (item.proof.points[place - length - 1], word);
        return old != word;
    }
}

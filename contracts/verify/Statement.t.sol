// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { StatementHarness } from "../test/StatementHarness.sol";
import { TestBase } from "../test/TestBase.sol";
import { Statement } from "./Statement.sol";

contract StatementTest is TestBase {
    uint256 private constant MAX_VALUES = 100;

    StatementHarness private harness;

    function setUp() public {
        harness = new StatementHarness();
    }

    function testFuzz_UnpackingUndoesPacking(
        int256[] memory values,
        uint8 bits,
        bool isSigned
    ) external pure {
        bits = uint8(bound(bits, 1, 248));
        _fit(values, bits, isSigned);
        uint256[] memory words = Statement.pack(values, bits, isSigned);
        assertEq(words.length, Statement.wordCount(values.length, bits));
        int256[] memory unpacked = Statement.unpack(words, values.length, bits, isSigned);
        assertEq(keccak256(abi.encode(unpacked)), keccak256(abi.encode(values)));
    }

    function testFuzz_PackingUndoesUnpacking(
        uint256[] memory words,
        uint8 bits,
        bool isSigned
    ) external pure {
        bits = uint8(bound(bits, 1, 248));
        uint256 perWord = 248 / bits;
        uint256 used = perWord * bits;
        for (uint256 i = 0; i < words.length; ++i) words[i] &= (1 << used) - 1;
        int256[] memory values = Statement.unpack(words, words.length * perWord, bits, isSigned);
        assertEq(Statement.pack(values, bits, isSigned), words);
    }

    function testFuzz_EveryPackedWordIsBelowTheFieldOrder(
        int256[] memory values,
        uint8 bits,
        bool isSigned
    ) external pure {
        bits = uint8(bound(bits, 1, 248));
        _fit(values, bits, isSigned);
        uint256[] memory words = Statement.pack(values, bits, isSigned);
        for (uint256 i = 0; i < words.length; ++i) assertLt(words[i], Statement.R);
    }

    function testFuzz_OneLaneChangesOneWord(int256[] memory values, uint8 bits, uint256 place) external pure {
        vm.assume(values.length > 0);
        bits = uint8(bound(bits, 2, 248));
        _fit(values, bits, true);
        place = place % values.length;
        uint256[] memory left = Statement.pack(values, bits, true);
        values[place] = values[place] < 0 ? values[place] + 1 : values[place] - 1;
        uint256[] memory right = Statement.pack(values, bits, true);
        for (uint256 k = 0; k < left.length; ++k) {
            assertEq(left[k] != right[k], k == place / (248 / uint256(bits)));
        }
    }

    function testFuzz_ValuesThatDoNotFitAreRefused(int256 value, uint8 bits, bool isSigned) external {
        bits = uint8(bound(bits, 1, 248));
        int256 minimum = isSigned ? -int256(uint256(1) << (bits - 1)) : int256(0);
        int256 maximum = minimum + int256((uint256(1) << bits) - 1);
        vm.assume(value < minimum || value > maximum);
        int256[] memory values = new int256[](1);
        values[0] = value;
        vm.expectRevert(
            abi.encodeWithSelector(Statement.Statement__ValueOutOfRange.selector, 0, value, bits, isSigned)
        );
        harness.pack(values, bits, isSigned);
    }

    function testFuzz_DirtyWordsAreRefused(uint256 word, uint8 bits, uint8 count) external {
        bits = uint8(bound(bits, 1, 248));
        uint256 lanes = bound(count, 1, 248 / uint256(bits));
        word |= 1 << bound(word, lanes * bits, 255);
        uint256[] memory words = new uint256[](1);
        words[0] = word;
        vm.expectRevert(abi.encodeWithSelector(Statement.Statement__DirtyWord.selector, 0, word));
        harness.unpack(words, lanes, bits, false);
    }

    function testFuzz_HornerIsTheSumOfPowers(uint256[] memory values, uint256 point) external pure {
        if (values.length > MAX_VALUES) {
            assembly ("memory-safe") {
                mstore(values, MAX_VALUES)
            }
        }
        uint256 sum = 0;
        uint256 power = 1;
        for (uint256 i = 0; i < values.length; ++i) {
            sum = addmod(sum, mulmod(values[i], power, Statement.R), Statement.R);
            power = mulmod(power, point, Statement.R);
        }
        assertEq(Statement.evaluate(values, point), sum);
    }

    function testFuzz_TheChallengeCoversEverything(
        bytes32 vkHash,
        uint256 digest,
        uint256[] memory values,
        uint256 place
    ) external pure {
        vm.assume(values.length > 0);
        uint256 challenge = Statement.challenge(vkHash, digest, values);
        assertLt(challenge, Statement.R);
        assertNotEq(Statement.challenge(~vkHash, digest, values), challenge);
        assertNotEq(Statement.challenge(vkHash, ~digest, values), challenge);
        values[place % values.length] ^= 1;
        assertNotEq(Statement.challenge(vkHash, digest, values), challenge);
    }

    /// @dev Brings every value into the range of the lane.
    function _fit(int256[] memory values, uint8 bits, bool isSigned) private pure {
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 lane = uint256(values[i]) & ((uint256(1) << bits) - 1);
            values[i] = isSigned ? int256(lane) - int256(uint256(1) << (bits - 1)) : int256(lane);
        }
    }
}

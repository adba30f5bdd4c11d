// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { BN254_R } from "./Bn254.sol";

/// @dev `keccak256("OPG/Statement/v1")`. At file level because assembly reads no library's constants.
uint256 constant STATEMENT_DOMAIN = 0x24e5b47fc13198e684e5c1beca4fcbb8c8cb189a99ee1224aa360a327323ac0f;

/// @title Statement
/// @notice The public vector `v = (context, inputs..., outputs...)` that a proof is about: how it is bound to a request,
/// folded into the three public signals `[digest, challenge, evaluation]`, and how tensors are packed into it.
/// @dev Twin of the TypeScript in `circuits/src/statement`; both are tested on `test/vectors/statement.json`.
library Statement {
    /// @notice A tensor value does not fit its lane.
    error Statement__ValueOutOfRange(uint256 index, int256 value, uint8 bits, bool isSigned);

    /// @notice A lane takes 1 to 248 bits.
    error Statement__BitsOutOfRange(uint8 bits);

    /// @notice `given` words were passed where the lanes take `needed`.
    error Statement__WordCount(uint256 given, uint256 needed);

    /// @notice A word has bits set above its last lane, so it is not what packing yields.
    error Statement__DirtyWord(uint256 index, uint256 word);

    /// @notice Order of the scalar field: every value of a vector is below it.
    uint256 internal constant R = BN254_R;

    /// @notice `keccak256("OPG/Statement/v1")`, the domain separator of the challenge.
    bytes32 internal constant DOMAIN = bytes32(STATEMENT_DOMAIN);

    /// @notice Bits of a packed word that lanes may use: every word stays below 2^248 < r.
    uint256 internal constant WORD_BITS = 248;

    /// @notice Ties a proof to one request and one payee on this chain and on the calling contract.
    /// @return The context, below 2^248.
    function context(bytes32 requestId, address prover) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), requestId, prover))) >> 8;
    }

    /// @notice The point at which the prover's vector and `values` are compared. It covers both, so that the prover has
    /// fixed its vector (by `digest`) before it learns the point.
    function challenge(
        bytes32 vkHash,
        uint256 digest,
        uint256[] memory values
    ) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(DOMAIN, vkHash, digest, values))) % R;
    }

    /// @notice `sum values[i] * point^i mod r`, by Horner's rule.
    function evaluate(uint256[] memory values, uint256 point) internal pure returns (uint256 sum) {
        for (uint256 i = values.length; i > 0; --i) {
            sum = addmod(mulmod(sum, point, R), values[i - 1], R);
        }
    }

    /// @notice Words that `count` lanes of `bits` bits take.
    /// @dev Reverts with {Statement__BitsOutOfRange}.
    function wordCount(uint256 count, uint8 bits) internal pure returns (uint256) {
        uint256 perWord = _lanesPerWord(bits);
        return (count + perWord - 1) / perWord;
    }

    /// @notice Packs a tensor: `lane = value - minimum`, as many lanes a word as 248 bits hold, little end first.
    /// @dev Reverts with {Statement__BitsOutOfRange} and {Statement__ValueOutOfRange}.
    function pack(
        int256[] memory values,
        uint8 bits,
        bool isSigned
    ) internal pure returns (uint256[] memory words) {
        uint256 perWord = _lanesPerWord(bits);
        words = new uint256[](wordCount(values.length, bits));
        int256 minimum = _minimum(bits, isSigned);
        int256 maximum = minimum + int256((uint256(1) << bits) - 1);
        for (uint256 i = 0; i < values.length; ++i) {
            int256 value = values[i];
            if (value < minimum || value > maximum) {
                revert Statement__ValueOutOfRange({ index: i, value: value, bits: bits, isSigned: isSigned });
            }
            words[i / perWord] |= uint256(value - minimum) << (bits * (i % perWord));
        }
    }

    /// @notice The inverse of {pack}. Every word must be exactly as {pack} makes it: no bit above the last lane.
    /// @dev Reverts with {Statement__BitsOutOfRange}, {Statement__WordCount} and {Statement__DirtyWord}.
    /// @param count Number of values that `words` hold.
    function unpack(
        uint256[] memory words,
        uint256 count,
        uint8 bits,
        bool isSigned
    ) internal pure returns (int256[] memory values) {
        uint256 perWord = _lanesPerWord(bits);
        uint256 needed = wordCount(count, bits);
        if (words.length != needed) revert Statement__WordCount({ given: words.length, needed: needed });
        values = new int256[](count);
        int256 minimum = _minimum(bits, isSigned);
        uint256 mask = (uint256(1) << bits) - 1;
        uint256 index = 0;
        for (uint256 k = 0; k < needed; ++k) {
            uint256 rest = words[k];
            for (uint256 lane = 0; lane < perWord && index < count; ++lane) {
                values[index++] = int256(rest & mask) + minimum;
                rest >>= bits;
            }
            if (rest != 0) revert Statement__DirtyWord({ index: k, word: words[k] });
        }
    }

    function _lanesPerWord(uint8 bits) private pure returns (uint256) {
        if (bits == 0 || bits > WORD_BITS) revert Statement__BitsOutOfRange(bits);
        return WORD_BITS / bits;
    }

    function _minimum(uint8 bits, bool isSigned) private pure returns (int256) {
        return isSigned ? -int256(uint256(1) << (bits - 1)) : int256(0);
    }
}

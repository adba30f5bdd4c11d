// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Statement } from "../verify/Statement.sol";

/// @notice The functions of {Statement}, callable from tests.
contract StatementHarness {
    function domain() external pure returns (bytes32) {
        return Statement.DOMAIN;
    }

    function context(bytes32 requestId, address prover) external view returns (uint256) {
        return Statement.context(requestId, prover);
    }

    function challenge(
        bytes32 vkHash,
        uint256 digest,
        uint256[] memory values
    ) external pure returns (uint256) {
        return Statement.challenge(vkHash, digest, values);
    }

    function evaluate(uint256[] memory values, uint256 point) external pure returns (uint256) {
        return Statement.evaluate(values, point);
    }

    function wordCount(uint256 count, uint8 bits) external pure returns (uint256) {
        return Statement.wordCount(count, bits);
    }

    function pack(
        int256[] memory values,
        uint8 bits,
        bool isSigned
    ) external pure returns (uint256[] memory) {
        return Statement.pack(values, bits, isSigned);
    }

    function unpack(
        uint256[] memory words,
        uint256 count,
        uint8 bits,
        bool isSigned
    ) external pure returns (int256[] memory) {
        return Statement.unpack(words, count, bits, isSigned);
    }
}

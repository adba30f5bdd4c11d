// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title MemoryArray
/// @notice What Solidity does not offer for arrays in memory.
library MemoryArray {
    /// @notice Cuts `array` down to its first `length` elements, of which it has at least as many.
    function truncate(uint256[] memory array, uint256 length) internal pure {
        assembly ("memory-safe") {
            mstore(array, length) // an array starts with its length
        }
    }
}

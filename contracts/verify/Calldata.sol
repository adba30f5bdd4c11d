// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Calldata
/// @notice Reads calldata by position.
library Calldata {
    /// @notice The word at byte `position`, zeros where the calldata has ended.
    function word(uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(position)
        }
    }
}

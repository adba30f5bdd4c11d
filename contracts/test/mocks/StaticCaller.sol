// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Calls with any calldata and a given amount of gas, and reports how it went.
contract StaticCaller {
    /// @return success Whether the call returned.
    /// @return result What it returned or reverted with.
    function tryCall(
        address target,
        bytes calldata data,
        uint256 gasLimit
    ) external view returns (bool success, bytes memory result) {
        return target.staticcall{ gas: gasLimit }(data);
    }
}

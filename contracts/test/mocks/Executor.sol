// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";

/// @notice An account that is a contract: makes any call it is asked to make, and fails as the call fails.
abstract contract Executor {
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        return Address.functionCall(target, data);
    }
}

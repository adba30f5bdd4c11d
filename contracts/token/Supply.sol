// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev All OPG there will ever be, in wei.
uint256 constant OPG_SUPPLY = 1_000_000_000e18;

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A share of the supply at deployment.
/// @param account Who receives it; not the zero address.
/// @param amount How much, in wei (10^-18 OPG).
struct Allocation {
    address account;
    uint256 amount;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One of those who share the price of a model's inferences: owner, data contributors.
/// @param account Who is paid.
/// @param bps Share in basis points (1/10,000).
struct Payee {
    address account;
    uint16 bps;
}

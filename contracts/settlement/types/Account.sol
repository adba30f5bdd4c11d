// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a payer has.
/// @param deposit Token wei he can spend or withdraw.
/// @param nonces His spent nonces: bit `salt & 0xff` of word `salt >> 8`.
struct Account {
    uint256 deposit;
    mapping(uint256 word => uint256) nonces;
}

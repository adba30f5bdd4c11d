// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One row of the release calendar.
/// @param time When, in Unix seconds.
/// @param bucket Index of the bucket.
/// @param amount How much, in wei; never zero.
struct Unlock {
    uint256 time;
    uint256 bucket;
    uint256 amount;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Life of an on-chain request. `Settled` and `Refunded` are final.
enum RequestStatus {
    Unknown,
    Open,
    Settled,
    Refunded
}

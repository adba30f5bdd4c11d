// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { RequestStatus } from "./RequestStatus.sol";

/// @notice An on-chain request: one storage slot, since its key, the request id, already binds the whole order.
/// @param status Where the request stands.
/// @param deadline From this time on (seconds) it can be refunded and no longer settled.
/// @param escrow Token wei taken from the payer's deposit for it; held no longer once it is settled or refunded.
struct Request {
    RequestStatus status;
    uint64 deadline;
    uint184 escrow;
}

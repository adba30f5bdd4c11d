// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Who a bucket pays and what it has paid: all of a bucket that ever changes. One storage slot.
/// @param beneficiary The only account that is paid.
/// @param released Paid so far, in wei.
struct Account {
    address beneficiary;
    uint96 released;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The numbers of a {Bucket}: all that decides when how much is released. One storage slot.
/// @param total Everything the bucket will release, in wei.
/// @param initialUnlock What it releases at launch, in wei; at most `total`.
/// @param cliffMonths Calendar months without a step.
/// @param months Number of monthly steps.
struct Terms {
    uint96 total;
    uint96 initialUnlock;
    uint16 cliffMonths;
    uint16 months;
}

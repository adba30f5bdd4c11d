// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One line of the release schedule.
/// @dev `initialUnlock` is released at launch, the rest in `months` equal steps: nothing up to and including month
///     `cliffMonths` after launch, then a step at each of the months `cliffMonths + 1 .. cliffMonths + months`.
/// @param name What it is for, in words.
/// @param beneficiary The only account that is ever paid from it.
/// @param total Everything it will release, in wei.
/// @param initialUnlock What it releases at launch, in wei; at most `total`.
/// @param cliffMonths Calendar months without a step; 0 where `months` is 0.
/// @param months Number of monthly steps; 0 where all is released at launch.
struct Bucket {
    string name;
    address beneficiary;
    uint96 total;
    uint96 initialUnlock;
    uint16 cliffMonths;
    uint16 months;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { VestingInvariants } from "./VestingInvariants.t.sol";
import { VestingSchedule } from "./VestingSchedule.sol";

/// @notice The invariants over the published schedule: 40,960 calls.
contract PublishedVestingInvariantTest is VestingInvariants {
    function deployVesting(address[] memory actors) internal override returns (VestingSchedule) {
        return new VestingSchedule(PUBLISHED_LAUNCH, publishedBuckets(actors));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { OPG_SUPPLY } from "../token/Supply.sol";
import { VestingInvariants } from "./VestingInvariants.t.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { Bucket } from "./types/Bucket.sol";

/// @notice The invariants over a schedule at the edges of what is accepted: a launch on the last second of a leap day,
///     steps of one wei, a cliff longer than all other buckets, one beneficiary of two buckets. 40,960 calls.
contract EdgeVestingInvariantTest is VestingInvariants {
    function deployVesting(address[] memory actors) internal override returns (VestingSchedule) {
        uint256 launch = 1_835_481_599; // 2028-02-29 23:59:59 UTC
        Bucket[] memory buckets = new Bucket[](4);
        buckets[0] = Bucket("A wei a month", actors[0], 60, 0, 0, 60);
        buckets[1] = Bucket("One step", actors[1], 1_000, 999, 0, 1);
        buckets[2] = Bucket("Long cliff", actors[1], uint96(OPG_SUPPLY - 1_061), 7, 72, 24);
        buckets[3] = Bucket("A wei at launch", actors[2], 1, 1, 0, 0);
        return new VestingSchedule(launch, buckets);
    }
}

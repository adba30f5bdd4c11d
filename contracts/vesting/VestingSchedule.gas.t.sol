// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { VestingSchedule } from "./VestingSchedule.sol";
import { VestingTestBase } from "./VestingTestBase.t.sol";

/// @notice Gas of calls on the published schedule, recorded in `snapshots/vesting.json` by
///     `hardhat test solidity --snapshot` and compared by `--snapshot-check`.
contract VestingScheduleGasTest is VestingTestBase {
    uint256 private constant _BUCKET = 2;

    VestingSchedule private vesting;
    address private beneficiary;

    function setUp() external {
        address[] memory to = new address[](7);
        for (uint256 i = 0; i < to.length; ++i) {
            to[i] = makeAddr(string(abi.encodePacked("beneficiary ", bytes1(uint8(48 + i)))));
        }
        beneficiary = to[_BUCKET];
        vesting = new VestingSchedule(PUBLISHED_LAUNCH, publishedBuckets(to));
    }

    function test_gasOfReleases() external {
        vm.warp(PUBLISHED_LAUNCH + 2 * YEAR);
        vesting.release(_BUCKET);
        vm.snapshotGasLastCall("vesting", "release, first of a bucket and to a new holder");
        vm.warp(PUBLISHED_LAUNCH + 3 * YEAR);
        vesting.release(_BUCKET);
        vm.snapshotGasLastCall("vesting", "release, later (slots already warm)");
    }

    function test_gasOfAHandOver() external {
        address next = makeAddr("next");
        vm.prank(beneficiary);
        vesting.proposeBeneficiary(_BUCKET, next);
        vm.snapshotGasLastCall("vesting", "proposeBeneficiary");
        vm.prank(next);
        vesting.acceptBeneficiary(_BUCKET);
        vm.snapshotGasLastCall("vesting", "acceptBeneficiary");
    }

    function test_gasOfViews() external {
        uint256 time = PUBLISHED_LAUNCH + 3 * YEAR;
        vesting.unlockedAt(_BUCKET, time);
        vm.snapshotGasLastCall("vesting", "unlockedAt");
        vesting.totalUnlockedAt(time);
        vm.snapshotGasLastCall("vesting", "totalUnlockedAt, 7 buckets");
        vesting.nextUnlock(time);
        vm.snapshotGasLastCall("vesting", "nextUnlock, 7 buckets");
        vesting.calendar(time, 20);
        vm.snapshotGasLastCall("vesting", "calendar, 20 rows");
        vesting.calendar(0, type(uint256).max);
        vm.snapshotGasLastCall("vesting", "calendar, all 280 rows");
    }
}

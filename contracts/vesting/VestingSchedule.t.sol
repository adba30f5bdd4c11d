// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOPGToken } from "../token/IOPGToken.sol";
import { OPG_SUPPLY } from "../token/Supply.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { VestingTestBase } from "./VestingTestBase.t.sol";
import { CalendarMonths } from "./libraries/CalendarMonths.sol";
import { Bucket } from "./types/Bucket.sol";
import { Unlock } from "./types/Unlock.sol";

/// @notice Properties of any schedule, over random schedules, times, callers and releases.
contract VestingScheduleTest is VestingTestBase {
    function testFuzz_V3_unlockedAtIsTheSumOfItsSteps(uint256 seed, uint256 i, uint256 time) external {
        VestingSchedule vesting = deployRandom(seed);
        i = bound(i, 0, vesting.bucketCount() - 1);
        time = _someTime(vesting, time);
        uint256 sum = 0;
        for (uint256 k = 0; k <= vesting.bucket(i).months; ++k) {
            if (vesting.stepTime(i, k) <= time) sum += vesting.stepAmount(i, k);
        }
        assertEq(vesting.unlockedAt(i, time), sum);
    }

    function testFuzz_V3_unlockedAtNeverFalls(uint256 seed, uint256 early, uint256 late) external {
        VestingSchedule vesting = deployRandom(seed);
        (early, late) = (_someTime(vesting, early), _someTime(vesting, late));
        if (early > late) (early, late) = (late, early);
        uint256 sum = 0;
        for (uint256 i = 0; i < vesting.bucketCount(); ++i) {
            assertLe(vesting.unlockedAt(i, early), vesting.unlockedAt(i, late));
            sum += vesting.unlockedAt(i, late);
        }
        assertEq(vesting.totalUnlockedAt(late), sum);
    }

    function testFuzz_stepsAreEqualToTheWeiAndSumToTheTotal(uint256 seed, uint256 i) external {
        VestingSchedule vesting = deployRandom(seed);
        i = bound(i, 0, vesting.bucketCount() - 1);
        Bucket memory bucket = vesting.bucket(i);
        uint256 sum = vesting.stepAmount(i, 0);
        assertEq(sum, bucket.initialUnlock);
        for (uint256 k = 1; k <= bucket.months; ++k) {
            uint256 even = (bucket.total - bucket.initialUnlock) / bucket.months;
            uint256 amount = vesting.stepAmount(i, k);
            assertTrue(amount >= 1 && (amount == even || amount == even + 1));
            assertGt(vesting.stepTime(i, k), vesting.stepTime(i, k - 1));
            sum += amount;
        }
        assertEq(sum, bucket.total);
    }

    function testFuzz_nextUnlockIsTheNextChange(uint256 seed, uint256 time) external {
        VestingSchedule vesting = deployRandom(seed);
        time = _someTime(vesting, time);
        uint256 unlocked = vesting.totalUnlockedAt(time);
        (uint256 next, uint256 amount) = vesting.nextUnlock(time);
        if (unlocked == OPG_SUPPLY) {
            assertEq(next, 0);
            assertEq(amount, 0);
        } else {
            assertGt(next, time);
            assertGt(amount, 0);
            assertEq(vesting.totalUnlockedAt(next - 1), unlocked);
            assertEq(vesting.totalUnlockedAt(next), unlocked + amount);
        }
    }

    function testFuzz_calendarIsOrderedAndComplete(uint256 seed, uint256 from, uint256 count) external {
        VestingSchedule vesting = deployRandom(seed);
        from = _someTime(vesting, from);
        Unlock[] memory rows = vesting.calendar(from, type(uint256).max);
        uint256 sum = from == 0 ? 0 : vesting.totalUnlockedAt(from - 1);
        for (uint256 row = 0; row < rows.length; ++row) {
            assertGe(rows[row].time, from);
            assertGt(rows[row].amount, 0);
            if (row > 0) {
                bool isLater = rows[row].time > rows[row - 1].time;
                assertTrue(
                    isLater ||
                        (rows[row].time == rows[row - 1].time && rows[row].bucket > rows[row - 1].bucket)
                );
            }
            sum += rows[row].amount;
        }
        assertEq(sum, OPG_SUPPLY);

        Unlock[] memory first = vesting.calendar(from, bound(count, 0, rows.length));
        for (uint256 row = 0; row < first.length; ++row) {
            assertEq(keccak256(abi.encode(first[row])), keccak256(abi.encode(rows[row])));
        }
    }

    function testFuzz_V1_V2_V4_releasesPayTheBeneficiaryWhatIsUnlocked(
        uint256 seed,
        uint256 i,
        address caller,
        uint256[4] memory times
    ) external {
        VestingSchedule vesting = deployRandom(seed);
        IOPGToken token = vesting.token();
        i = bound(i, 0, vesting.bucketCount() - 1);
        address beneficiary = vesting.bucket(i).beneficiary;
        vm.assume(caller != beneficiary && caller != address(vesting));
        for (uint256 n = 0; n < times.length; ++n) {
            uint256 time = _someTime(vesting, times[n]);
            if (time > block.timestamp) vm.warp(time);
            uint256 releasable = vesting.releasable(i);
            assertEq(releasable, vesting.unlockedAt(i, block.timestamp) - vesting.released(i));
            if (releasable == 0) continue;
            vm.prank(caller);
            assertEq(vesting.release(i), releasable);
            assertEq(vesting.released(i), vesting.unlockedAt(i, block.timestamp));
            assertEq(token.balanceOf(beneficiary), vesting.released(i));
            assertEq(token.balanceOf(caller), 0);
            assertEq(token.balanceOf(address(vesting)) + vesting.totalReleased(), OPG_SUPPLY);
        }
    }

    function testFuzz_everyTimeHasAnAnswer(uint256 seed, uint256 time) external {
        VestingSchedule vesting = deployRandom(seed);
        assertLe(vesting.totalUnlockedAt(time), OPG_SUPPLY);
        assertLe(vesting.unlockedAt(0, time), vesting.bucket(0).total);
        vesting.nextUnlock(time);
        assertLe(vesting.calendar(time, 3).length, 3);
    }

    function testFuzz_elapsedIsTheInverseOfAdd(uint256 start, uint256 months) external pure {
        start = bound(start, 0, type(uint40).max);
        months = bound(months, 1, 1_200);
        uint256 time = CalendarMonths.add(start, months);
        assertEq(CalendarMonths.elapsed(start, time), months);
        assertEq(CalendarMonths.elapsed(start, time - 1), months - 1);
        assertEq(CalendarMonths.elapsed(start, start), 0);
    }

    /// @dev From a year before launch (or 1970) to a year after the end, and often a step or the second before.
    function _someTime(VestingSchedule vesting, uint256 seed) private view returns (uint256 time) {
        uint256 launch = vesting.launch();
        time = bound(seed, launch < YEAR ? 0 : launch - YEAR, vesting.end() + YEAR);
        if (seed % 3 == 2) return time;
        (uint256 next, ) = vesting.nextUnlock(time);
        return next == 0 ? time : next - (seed % 3);
    }
}

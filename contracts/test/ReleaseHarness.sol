// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { CalendarMonths } from "../vesting/libraries/CalendarMonths.sol";
import { ReleaseTerms } from "../vesting/libraries/ReleaseTerms.sol";
import { Terms } from "../vesting/types/Terms.sol";

/// @notice The arithmetic of a release, for several schedules in one call, so that a test can compare it with a date
///     library over thousands of them.
/// @dev Answers are flat lists of words: a simulated chain is slow to trace calls that use much memory.
contract ReleaseHarness {
    using ReleaseTerms for Terms;

    /// @notice One bucket with its own launch.
    struct Schedule {
        uint256 launch;
        Terms terms;
    }

    /// @notice The steps of all schedules one after another, initial unlocks first: `time << 96 | amount`.
    function steps(Schedule[] memory schedules) external pure returns (uint256[] memory words) {
        uint256 count = schedules.length;
        for (uint256 i = 0; i < schedules.length; ++i) count += schedules[i].terms.months;
        words = new uint256[](count);
        uint256 next = 0;
        for (uint256 i = 0; i < schedules.length; ++i) {
            Terms memory terms = schedules[i].terms;
            for (uint256 k = 0; k <= terms.months; ++k) {
                uint256 month = k == 0 ? 0 : terms.cliffMonths + k;
                words[next++] = (CalendarMonths.add(schedules[i].launch, month) << 96) | terms.stepAmount(k);
            }
        }
    }

    /// @notice What schedule `j % schedules.length` has unlocked by `times[j]`, which is not before its launch.
    function unlocked(
        Schedule[] memory schedules,
        uint256[] memory times
    ) external pure returns (uint256[] memory amounts) {
        amounts = new uint256[](times.length);
        for (uint256 j = 0; j < times.length; ++j) {
            Schedule memory schedule = schedules[j % schedules.length];
            amounts[j] = schedule.terms.unlockedBy(CalendarMonths.elapsed(schedule.launch, times[j]));
        }
    }
}

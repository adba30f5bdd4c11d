// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Terms } from "../types/Terms.sol";

/// @title What a bucket releases, by month after launch
/// @notice Step 0 is the initial unlock, at month 0. Of the rest L, step i of n falls on month `cliffMonths + i`
///     and releases floor(L * i / n) - floor(L * (i - 1) / n), so that the steps sum to L to the wei.
/// @dev Closed forms: nothing is stored and nothing is iterated. L * n < 2^96 * 2^16, so no product overflows.
library ReleaseTerms {
    /// @notice What step `step` releases, in wei. Requires `step <= months`.
    function stepAmount(Terms memory terms, uint256 step) internal pure returns (uint256 amount) {
        if (step == 0) return terms.initialUnlock;
        return _rest(terms, step) - _rest(terms, step - 1);
    }

    /// @notice What has been released once `month` months have passed since launch, in wei.
    function unlockedBy(Terms memory terms, uint256 month) internal pure returns (uint256 amount) {
        if (month >= lastMonth(terms)) return terms.total;
        if (month <= terms.cliffMonths) return terms.initialUnlock;
        return terms.initialUnlock + _rest(terms, month - terms.cliffMonths);
    }

    /// @notice What is released on month `month` itself, in wei; zero where the bucket has no step then.
    function amountAt(Terms memory terms, uint256 month) internal pure returns (uint256 amount) {
        if (month == 0) return terms.initialUnlock;
        if (month <= terms.cliffMonths || month > lastMonth(terms)) return 0;
        return stepAmount({ terms: terms, step: month - terms.cliffMonths });
    }

    /// @notice The first month, `month` or later, on which the bucket releases something; the largest uint256 where
    ///     none is left.
    function nextMonth(Terms memory terms, uint256 month) internal pure returns (uint256 next) {
        if (month == 0 && terms.initialUnlock != 0) return 0;
        if (month > lastMonth(terms)) return type(uint256).max;
        return month > terms.cliffMonths ? month : uint256(terms.cliffMonths) + 1;
    }

    /// @notice How many steps the bucket has on `month` and later, not counting an empty initial unlock.
    function stepsFrom(Terms memory terms, uint256 month) internal pure returns (uint256 count) {
        uint256 next = nextMonth(terms, month);
        if (next == type(uint256).max) return 0;
        if (next == 0) return 1 + terms.months;
        return lastMonth(terms) + 1 - next;
    }

    /// @notice The month of the last step.
    function lastMonth(Terms memory terms) internal pure returns (uint256 month) {
        return uint256(terms.cliffMonths) + terms.months;
    }

    /// @dev What the first `step` monthly steps release together. Requires `months != 0`.
    function _rest(Terms memory terms, uint256 step) private pure returns (uint256 amount) {
        return (uint256(terms.total - terms.initialUnlock) * step) / terms.months;
    }
}

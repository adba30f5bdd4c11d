// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { DateTimeLib } from "solady/src/utils/DateTimeLib.sol";

/// @title Calendar months from a start, in UTC
/// @notice Month n after a start falls on the start's day of the month, or on the last day of a shorter month, at
///     the start's time of day: from January 31 on come February 28 or 29, March 31, April 30.
/// @dev Months are always counted from the start, never from one another, so a short month does not shift the
///     later ones. Times are Unix seconds up to about year 4 * 10^9 (`DateTimeLib.MAX_SUPPORTED_TIMESTAMP`).
library CalendarMonths {
    /// @notice The time `months` calendar months after `start`.
    function add(uint256 start, uint256 months) internal pure returns (uint256 time) {
        return DateTimeLib.addMonths(start, months);
    }

    /// @notice The largest n with `add(start, n) <= time`.
    /// @dev Requires `start <= time`. Month n falls into the n-th calendar month after the start's, so counting
    ///     calendar months is right, or one too many while the day or the time of day is not reached.
    function elapsed(uint256 start, uint256 time) internal pure returns (uint256 months) {
        months = DateTimeLib.diffMonths(start, time);
        if (DateTimeLib.addMonths(start, months) > time) --months;
    }
}

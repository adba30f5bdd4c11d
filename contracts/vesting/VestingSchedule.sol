// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOPGToken } from "../token/IOPGToken.sol";
import { OPGToken } from "../token/OPGToken.sol";
import { OPG_SUPPLY } from "../token/Supply.sol";
import { Allocation } from "../token/types/Allocation.sol";
import { IVestingSchedule } from "./IVestingSchedule.sol";
import { CalendarMonths } from "./libraries/CalendarMonths.sol";
import { ReleaseTerms } from "./libraries/ReleaseTerms.sol";
import { Account } from "./types/Account.sol";
import { Bucket } from "./types/Bucket.sol";
import { Terms } from "./types/Terms.sol";
import { Unlock } from "./types/Unlock.sol";

/// @title VestingSchedule
/// @notice See {IVestingSchedule}.
contract VestingSchedule is IVestingSchedule {
    using ReleaseTerms for Terms;

    // ── Constants ────────────────────────────────────────────────────────────────────────────────────────

    /// @dev About the year 36,800: far beyond any launch, and below a date of today in milliseconds.
    uint256 private constant _MAX_LAUNCH = type(uint40).max;

    /// @dev A century. Bounds the months that `calendar` walks through.
    uint256 private constant _MAX_MONTHS = 1_200;

    // ── Immutables ───────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVestingSchedule
    IOPGToken public immutable token;

    /// @inheritdoc IVestingSchedule
    uint256 public immutable launch;

    /// @inheritdoc IVestingSchedule
    uint256 public immutable end;

    /// @dev The month of the very last step, counted from launch.
    uint256 private immutable _lastMonth;

    // ── Storage ──────────────────────────────────────────────────────────────────────────────────────────

    /// @dev By bucket. Written by the constructor alone (V5), as `_names` is.
    Terms[] private _terms;

    string[] private _names;

    /// @dev By bucket, one slot each: all that changes.
    Account[] private _accounts;

    mapping(uint256 bucket => address account) private _proposed;

    // ── Constructor ──────────────────────────────────────────────────────────────────────────────────────

    /// @dev Deploys the token, so that no account but this one has ever held the supply.
    /// @param launch_ The time of the initial unlocks, in Unix seconds; may lie in the past.
    /// @param buckets The schedule; the totals sum to the token's supply.
    constructor(uint256 launch_, Bucket[] memory buckets) {
        if (launch_ == 0 || launch_ > _MAX_LAUNCH) {
            revert VestingSchedule__LaunchOutOfRange({ launch: launch_, maxLaunch: _MAX_LAUNCH });
        }
        Allocation[] memory everything = new Allocation[](1);
        everything[0] = Allocation({ account: address(this), amount: OPG_SUPPLY });
        token = new OPGToken(everything);

        uint256 sum = 0;
        uint256 lastMonth = 0;
        for (uint256 i = 0; i < buckets.length; ++i) {
            Terms memory terms = _checkedTerms(i, buckets[i]);
            _terms.push(terms);
            _names.push(buckets[i].name);
            _accounts.push(Account({ beneficiary: buckets[i].beneficiary, released: 0 }));
            sum += terms.total;
            if (terms.lastMonth() > lastMonth) lastMonth = terms.lastMonth();
        }
        if (sum != OPG_SUPPLY) revert VestingSchedule__BucketsDoNotSum({ sum: sum, supply: OPG_SUPPLY });

        launch = launch_;
        end = CalendarMonths.add(launch_, lastMonth);
        _lastMonth = lastMonth;
    }

    // ── External ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVestingSchedule
    function release(uint256 index) external returns (uint256 amount) {
        // Checks
        amount = releasable(index);
        if (amount == 0) revert VestingSchedule__NothingToRelease(index);

        // Effects
        Account storage account = _accounts[index];
        address beneficiary = account.beneficiary;
        account.released += uint96(amount); // at most the bucket's total, a uint96
        emit Released(index, beneficiary, amount);

        // Interactions: our own token, which returns true or reverts and calls nobody.
        token.transfer(beneficiary, amount);
    }

    /// @inheritdoc IVestingSchedule
    function proposeBeneficiary(uint256 index, address proposed) external {
        _requireBeneficiary(index);
        if (proposed == address(0)) revert VestingSchedule__InvalidBeneficiary(index, proposed);

        _proposed[index] = proposed;
        emit BeneficiaryProposed(index, msg.sender, proposed);
    }

    /// @inheritdoc IVestingSchedule
    function cancelProposal(uint256 index) external {
        _requireBeneficiary(index);
        address proposed = _proposed[index];
        if (proposed == address(0)) revert VestingSchedule__NoProposal(index);

        delete _proposed[index];
        emit ProposalCancelled(index, msg.sender, proposed);
    }

    /// @inheritdoc IVestingSchedule
    function acceptBeneficiary(uint256 index) external {
        Account storage account = _accountOf(index);
        address proposed = _proposed[index];
        if (msg.sender != proposed) {
            revert VestingSchedule__NotProposed({ bucket: index, caller: msg.sender, proposed: proposed });
        }

        address previous = account.beneficiary;
        account.beneficiary = proposed;
        delete _proposed[index];
        emit BeneficiaryChanged(index, previous, proposed);
    }

    // ── Views ────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IVestingSchedule
    function bucketCount() external view returns (uint256 count) {
        return _terms.length;
    }

    /// @inheritdoc IVestingSchedule
    function bucket(uint256 index) external view returns (Bucket memory) {
        Terms memory terms = _termsOf(index);
        return
            Bucket({
                name: _names[index],
                beneficiary: _accounts[index].beneficiary,
                total: terms.total,
                initialUnlock: terms.initialUnlock,
                cliffMonths: terms.cliffMonths,
                months: terms.months
            });
    }

    /// @inheritdoc IVestingSchedule
    function stepTime(uint256 index, uint256 step) external view returns (uint256 time) {
        Terms memory terms = _termsWithStep(index, step);
        return step == 0 ? launch : _timeOf(terms.cliffMonths + step);
    }

    /// @inheritdoc IVestingSchedule
    function stepAmount(uint256 index, uint256 step) external view returns (uint256 amount) {
        return _termsWithStep(index, step).stepAmount(step);
    }

    /// @inheritdoc IVestingSchedule
    function totalUnlockedAt(uint256 time) external view returns (uint256 amount) {
        if (time < launch) return 0;
        uint256 month = _monthsBy(time);
        uint256 count = _terms.length;
        for (uint256 i = 0; i < count; ++i) amount += _terms[i].unlockedBy(month);
    }

    /// @inheritdoc IVestingSchedule
    function nextUnlock(uint256 time) external view returns (uint256 unlockTime, uint256 amount) {
        uint256 from = time < launch ? 0 : _monthsBy(time) + 1;
        uint256 count = _terms.length;
        uint256 month = type(uint256).max;
        for (uint256 i = 0; i < count; ++i) {
            Terms memory terms = _terms[i];
            uint256 next = terms.nextMonth(from);
            if (next > month) continue;
            if (next < month) (month, amount) = (next, 0);
            amount += terms.amountAt(next);
        }
        if (month != type(uint256).max) unlockTime = _timeOf(month);
    }

    /// @inheritdoc IVestingSchedule
    function calendar(uint256 from, uint256 count) external view returns (Unlock[] memory unlocks) {
        uint256 month = from <= launch ? 0 : _monthsBy(from - 1) + 1;

        Terms[] memory terms = _terms;
        uint256 left = 0;
        for (uint256 i = 0; i < terms.length; ++i) left += terms[i].stepsFrom(month);
        unlocks = new Unlock[](left < count ? left : count);

        // Buckets share their months, so the merge of their steps is a walk through the months.
        for (uint256 row = 0; row < unlocks.length; ++month) {
            uint256 time = _timeOf(month);
            for (uint256 i = 0; i < terms.length && row < unlocks.length; ++i) {
                uint256 amount = terms[i].amountAt(month);
                if (amount != 0) unlocks[row++] = Unlock({ time: time, bucket: i, amount: amount });
            }
        }
    }

    /// @inheritdoc IVestingSchedule
    function released(uint256 index) external view returns (uint256 amount) {
        return _accountOf(index).released;
    }

    /// @inheritdoc IVestingSchedule
    function totalReleased() external view returns (uint256 amount) {
        uint256 count = _accounts.length;
        for (uint256 i = 0; i < count; ++i) amount += _accounts[i].released;
    }

    /// @inheritdoc IVestingSchedule
    function proposedBeneficiary(uint256 index) external view returns (address proposed) {
        _accountOf(index);
        return _proposed[index];
    }

    /// @inheritdoc IVestingSchedule
    function unlockedAt(uint256 index, uint256 time) public view returns (uint256 amount) {
        Terms memory terms = _termsOf(index);
        return time < launch ? 0 : terms.unlockedBy(_monthsBy(time));
    }

    /// @inheritdoc IVestingSchedule
    function releasable(uint256 index) public view returns (uint256 amount) {
        uint256 unlocked = unlockedAt(index, block.timestamp);
        return unlocked - _accounts[index].released;
    }

    // ── Internals ────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The time of a month after launch.
    function _timeOf(uint256 month) private view returns (uint256 time) {
        return CalendarMonths.add(launch, month);
    }

    /// @dev How many months have passed since launch, at most until the last step, so that any time has an answer.
    ///     Requires `launch <= time`.
    function _monthsBy(uint256 time) private view returns (uint256 months) {
        return time < end ? CalendarMonths.elapsed(launch, time) : _lastMonth;
    }

    function _termsOf(uint256 index) private view returns (Terms memory terms) {
        if (index >= _terms.length) {
            revert VestingSchedule__NoSuchBucket({ bucket: index, count: _terms.length });
        }
        return _terms[index];
    }

    function _termsWithStep(uint256 index, uint256 step) private view returns (Terms memory terms) {
        terms = _termsOf(index);
        if (step > terms.months) {
            revert VestingSchedule__NoSuchStep({ bucket: index, step: step, lastStep: terms.months });
        }
    }

    function _accountOf(uint256 index) private view returns (Account storage account) {
        if (index >= _accounts.length) {
            revert VestingSchedule__NoSuchBucket({ bucket: index, count: _accounts.length });
        }
        return _accounts[index];
    }

    function _requireBeneficiary(uint256 index) private view {
        address beneficiary = _accountOf(index).beneficiary;
        if (msg.sender != beneficiary) {
            revert VestingSchedule__NotBeneficiary({
                bucket: index,
                caller: msg.sender,
                beneficiary: beneficiary
            });
        }
    }

    /// @dev The terms of a new bucket: all is released in the end, in steps of at least one wei, to somebody.
    function _checkedTerms(uint256 i, Bucket memory config) private view returns (Terms memory terms) {
        terms = Terms({
            total: config.total,
            initialUnlock: config.initialUnlock,
            cliffMonths: config.cliffMonths,
            months: config.months
        });
        if (terms.total == 0) revert VestingSchedule__EmptyBucket(i);
        if (terms.initialUnlock > terms.total) {
            revert VestingSchedule__InitialUnlockAboveTotal({
                bucket: i,
                initialUnlock: terms.initialUnlock,
                total: terms.total
            });
        }
        uint256 rest = terms.total - terms.initialUnlock;
        if (terms.months == 0 && rest != 0) revert VestingSchedule__RestNeverReleased(i, rest);
        if (terms.months == 0 && terms.cliffMonths != 0) {
            revert VestingSchedule__CliffWithoutSteps(i, terms.cliffMonths);
        }
        if (rest < terms.months) {
            revert VestingSchedule__StepsTooSmall({ bucket: i, rest: rest, months: terms.months });
        }
        if (terms.lastMonth() > _MAX_MONTHS) {
            revert VestingSchedule__TooLong({
                bucket: i,
                lastMonth: terms.lastMonth(),
                maxMonths: _MAX_MONTHS
            });
        }
        address beneficiary = config.beneficiary;
        if (beneficiary == address(0) || beneficiary == address(this) || beneficiary == address(token)) {
            revert VestingSchedule__InvalidBeneficiary(i, beneficiary);
        }
    }
}

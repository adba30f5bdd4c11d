// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOPGToken } from "../token/IOPGToken.sol";
import { Bucket } from "./types/Bucket.sol";
import { Unlock } from "./types/Unlock.sol";

/// @title The release of OPG, for anyone to audit
/// @notice Holds the whole supply from the block of its deployment and releases it by a schedule that nobody can
///     change: no owner, no revocation, no pause, no upgrade. Every question about the schedule, for any bucket and
///     any past or future time, is answered by a view call, without an indexer.
/// @dev The supply is split into buckets. A bucket releases its initial unlock at launch (step 0) and the rest in
///     equal monthly steps (steps 1 to `months`) that fall on the launch day of each calendar month in UTC, or on
///     the last day of a shorter month, at the launch's time of day. Each step releases at least one wei. Where a
///     function takes a time it takes any Unix second; where it takes a bucket it reverts with
///     `VestingSchedule__NoSuchBucket` for an index that is not below `bucketCount()`. Invariants V1 to V5 of
///     docs/invariants.md hold after every call.
interface IVestingSchedule {
    // ── Events ───────────────────────────────────────────────────────────────────────────────────────────

    /// @notice `amount` wei of a bucket were paid to its beneficiary.
    event Released(uint256 indexed bucket, address indexed beneficiary, uint256 amount);

    /// @notice The beneficiary offered the bucket to `proposed`, which replaces any earlier offer.
    event BeneficiaryProposed(uint256 indexed bucket, address indexed beneficiary, address indexed proposed);

    /// @notice The beneficiary took the offer to `proposed` back.
    event ProposalCancelled(uint256 indexed bucket, address indexed beneficiary, address indexed proposed);

    /// @notice The bucket pays `beneficiary` from now on, instead of `previous`.
    event BeneficiaryChanged(uint256 indexed bucket, address indexed previous, address indexed beneficiary);

    // ── Errors of the constructor ────────────────────────────────────────────────────────────────────────

    /// @notice The launch is zero, or so late that it cannot be seconds.
    error VestingSchedule__LaunchOutOfRange(uint256 launch, uint256 maxLaunch);

    /// @notice The totals of all buckets must sum to the token's supply.
    error VestingSchedule__BucketsDoNotSum(uint256 sum, uint256 supply);

    /// @notice A bucket of nothing.
    error VestingSchedule__EmptyBucket(uint256 bucket);

    /// @notice More is released at launch than there is.
    error VestingSchedule__InitialUnlockAboveTotal(uint256 bucket, uint256 initialUnlock, uint256 total);

    /// @notice A bucket without monthly steps would keep `rest` wei forever.
    error VestingSchedule__RestNeverReleased(uint256 bucket, uint256 rest);

    /// @notice A cliff before no steps at all.
    error VestingSchedule__CliffWithoutSteps(uint256 bucket, uint256 cliffMonths);

    /// @notice `rest` wei are too few for `months` steps of at least one wei.
    error VestingSchedule__StepsTooSmall(uint256 bucket, uint256 rest, uint256 months);

    /// @notice The last step falls more than `maxMonths` after launch.
    error VestingSchedule__TooLong(uint256 bucket, uint256 lastMonth, uint256 maxMonths);

    /// @notice Not an account that can be paid: zero, this contract, or the token.
    error VestingSchedule__InvalidBeneficiary(uint256 bucket, address beneficiary);

    // ── Errors of calls ──────────────────────────────────────────────────────────────────────────────────

    /// @notice There are `count` buckets, with indices from 0.
    error VestingSchedule__NoSuchBucket(uint256 bucket, uint256 count);

    /// @notice The bucket's steps are 0 to `lastStep`.
    error VestingSchedule__NoSuchStep(uint256 bucket, uint256 step, uint256 lastStep);

    /// @notice All that is unlocked has been released.
    error VestingSchedule__NothingToRelease(uint256 bucket);

    /// @notice Only the beneficiary may call this.
    error VestingSchedule__NotBeneficiary(uint256 bucket, address caller, address beneficiary);

    /// @notice Only the proposed beneficiary may call this; zero: there is no proposal.
    error VestingSchedule__NotProposed(uint256 bucket, address caller, address proposed);

    /// @notice There is no proposal to take back.
    error VestingSchedule__NoProposal(uint256 bucket);

    // ── Calls ────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Pays the beneficiary of a bucket all that is unlocked and not yet paid. Anyone may call.
    /// @dev Reverts with `VestingSchedule__NothingToRelease`. Emits `Released`.
    /// @param index Of the bucket.
    /// @return amount What was paid, in wei.
    function release(uint256 index) external returns (uint256 amount);

    /// @notice The beneficiary offers the bucket to another account. Nothing changes until that account accepts;
    ///     what is unlocked and not released by then goes to it as well.
    /// @dev Reverts with `VestingSchedule__NotBeneficiary` or, for the zero address,
    ///     `VestingSchedule__InvalidBeneficiary`. Replaces an earlier offer. Emits `BeneficiaryProposed`.
    /// @param index Of the bucket.
    /// @param proposed The account that may accept.
    function proposeBeneficiary(uint256 index, address proposed) external;

    /// @notice The beneficiary takes an offer back.
    /// @dev Reverts with `VestingSchedule__NotBeneficiary` or `VestingSchedule__NoProposal`. Emits
    ///     `ProposalCancelled`.
    /// @param index Of the bucket.
    function cancelProposal(uint256 index) external;

    /// @notice The proposed account becomes the beneficiary.
    /// @dev Reverts with `VestingSchedule__NotProposed`. Emits `BeneficiaryChanged`.
    /// @param index Of the bucket.
    function acceptBeneficiary(uint256 index) external;

    // ── The schedule ─────────────────────────────────────────────────────────────────────────────────────

    /// @notice The token that is released. This contract deployed it and received its whole supply.
    function token() external view returns (IOPGToken);

    /// @notice The time of step 0 of every bucket, in Unix seconds.
    function launch() external view returns (uint256 time);

    /// @notice The time of the very last step: from then on everything is unlocked. In Unix seconds.
    function end() external view returns (uint256 time);

    /// @notice The number of buckets.
    function bucketCount() external view returns (uint256 count);

    /// @notice A bucket, with its present beneficiary.
    /// @param index Of the bucket.
    function bucket(uint256 index) external view returns (Bucket memory);

    /// @notice The time of a step. Reverts with `VestingSchedule__NoSuchStep` above the bucket's last step.
    /// @param index Of the bucket.
    /// @param step 0 for the initial unlock, 1 to `months` for the monthly steps.
    /// @return time In Unix seconds.
    function stepTime(uint256 index, uint256 step) external view returns (uint256 time);

    /// @notice What a step releases. Reverts with `VestingSchedule__NoSuchStep` above the bucket's last step.
    /// @param index Of the bucket.
    /// @param step 0 for the initial unlock, 1 to `months` for the monthly steps.
    /// @return amount In wei; zero only for step 0 of a bucket without an initial unlock.
    function stepAmount(uint256 index, uint256 step) external view returns (uint256 amount);

    /// @notice What a bucket has unlocked by a time, whether paid or not.
    /// @param index Of the bucket.
    /// @param time Unix seconds; a step counts from its own second on.
    /// @return amount In wei.
    function unlockedAt(uint256 index, uint256 time) external view returns (uint256 amount);

    /// @notice What all buckets have unlocked by a time, whether paid or not.
    /// @param time Unix seconds; a step counts from its own second on.
    /// @return amount In wei.
    function totalUnlockedAt(uint256 time) external view returns (uint256 amount);

    /// @notice The first unlock strictly after a time, all buckets together.
    /// @param time Unix seconds.
    /// @return unlockTime Unix seconds; 0 where nothing is left to unlock.
    /// @return amount In wei; 0 where nothing is left to unlock.
    function nextUnlock(uint256 time) external view returns (uint256 unlockTime, uint256 amount);

    /// @notice The steps of all buckets at a time or later, by time, then by bucket.
    /// @dev `calendar(0, type(uint256).max)` is the whole schedule. To read it in pieces, ask for more rows than
    ///     there are buckets and go on from the time of the last row, dropping the rows of that time.
    /// @param from Unix seconds; a step of exactly this second is listed.
    /// @param count The most rows to return.
    /// @return unlocks `count` rows, or as many as there are.
    function calendar(uint256 from, uint256 count) external view returns (Unlock[] memory unlocks);

    // ── Payments ─────────────────────────────────────────────────────────────────────────────────────────

    /// @notice What a bucket has paid, in wei.
    /// @param index Of the bucket.
    function released(uint256 index) external view returns (uint256 amount);

    /// @notice What all buckets have paid, in wei.
    function totalReleased() external view returns (uint256 amount);

    /// @notice What `release` would pay in this block, in wei.
    /// @param index Of the bucket.
    function releasable(uint256 index) external view returns (uint256 amount);

    /// @notice The account that may accept the bucket; zero where none is proposed.
    /// @param index Of the bucket.
    function proposedBeneficiary(uint256 index) external view returns (address proposed);
}

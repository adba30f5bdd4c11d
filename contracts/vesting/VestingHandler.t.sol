// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { TestBase } from "../test/TestBase.sol";
import { IOPGToken } from "../token/IOPGToken.sol";
import { IVestingSchedule } from "./IVestingSchedule.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { Unlock } from "./types/Unlock.sol";

/// @notice Everything that anyone can do to a schedule and its token, in random order, with a model of what should
///     follow. Calls that must fail are made too, and must fail with the right error.
contract VestingHandler is TestBase {
    VestingSchedule public vesting;
    IOPGToken public token;

    /// @notice What the model says each account holds: paid to it as beneficiary, received, less sent and burnt.
    mapping(address account => uint256 amount) public balance;

    /// @notice The present. The runner forgets a warp from one call to the next, so every call starts with one.
    uint256 public time;

    /// @notice What has been sent to the schedule's contract, which nothing can take out.
    uint256 public donated;

    /// @notice Calls by kind, refused ones apart.
    mapping(string kind => uint256 count) public calls;

    address[] private _actors;
    address[] private _beneficiary;
    address[] private _proposed;

    modifier atTime() {
        vm.warp(time);
        _;
    }

    /// @dev Begins a second before launch.
    constructor(VestingSchedule vesting_, address[] memory actors_) {
        vesting = vesting_;
        token = vesting_.token();
        time = vesting_.launch() - 1;
        _actors = actors_;
        uint256 count = vesting_.bucketCount();
        _proposed = new address[](count);
        for (uint256 i = 0; i < count; ++i) _beneficiary.push(vesting_.bucket(i).beneficiary);
    }

    // ── Actions ──────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Time passes: to the next unlock, to the second before it, or by up to three years. Checks V3 on the way:
    ///     what has been unlocked meanwhile is the sum of the steps that the calendar lists.
    function warp(uint256 mode, uint256 duration) external atTime {
        uint256 from = time;
        time += bound(duration, 1, 3 * 365 days);
        (uint256 next, ) = vesting.nextUnlock(from);
        if (next != 0 && mode % 3 == 0) time = next;
        if (next > from + 1 && mode % 3 == 1) time = next - 1;

        uint256 count = vesting.bucketCount();
        uint256[] memory expected = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) expected[i] = vesting.unlockedAt(i, from);
        Unlock[] memory steps = vesting.calendar(from + 1, 37 * count);
        for (uint256 row = 0; row < steps.length && steps[row].time <= time; ++row) {
            expected[steps[row].bucket] += steps[row].amount;
        }
        vm.warp(time);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(vesting.unlockedAt(i, time), expected[i], "V3: not the sum of the steps");
        }
        ++calls["warp"];
    }

    /// @notice Anyone releases, a bucket that has something to release if there is one.
    function release(uint256 bucketSeed, uint256 callerSeed) external atTime {
        uint256 i = _bucket(bucketSeed);
        for (uint256 n = 0; n < _beneficiary.length && vesting.releasable(i) == 0; ++n) i = _bucket(i + 1);
        uint256 amount = vesting.releasable(i);
        if (amount == 0) {
            vm.expectRevert(
                abi.encodeWithSelector(IVestingSchedule.VestingSchedule__NothingToRelease.selector, i)
            );
            vesting.release(i);
            ++calls["release refused"];
            return;
        }
        vm.prank(_actor(callerSeed));
        assertEq(vesting.release(i), amount);
        balance[_beneficiary[i]] += amount;
        ++calls["release"];
    }

    /// @notice Anyone tries to hand a bucket over; one in four is not the beneficiary.
    function propose(uint256 bucketSeed, uint256 callerSeed, uint256 nextSeed) external atTime {
        uint256 i = _bucket(bucketSeed);
        address caller = _mostly(_beneficiary[i], callerSeed);
        address next = _actor(nextSeed);
        vm.startPrank(caller);
        if (caller != _beneficiary[i]) {
            _expectNotBeneficiary(i, caller);
            vesting.proposeBeneficiary(i, next);
            ++calls["propose refused"];
        } else {
            vesting.proposeBeneficiary(i, next);
            _proposed[i] = next;
            ++calls["propose"];
        }
        vm.stopPrank();
    }

    /// @notice Anyone tries to accept a bucket; one in four is not the proposed account.
    function accept(uint256 bucketSeed, uint256 callerSeed) external atTime {
        uint256 i = _bucketWithProposal(bucketSeed);
        address caller = _mostly(_proposed[i], callerSeed);
        if (caller == address(0)) caller = _actor(callerSeed);
        vm.startPrank(caller);
        if (caller != _proposed[i]) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVestingSchedule.VestingSchedule__NotProposed.selector,
                    i,
                    caller,
                    _proposed[i]
                )
            );
            vesting.acceptBeneficiary(i);
            ++calls["accept refused"];
        } else {
            vesting.acceptBeneficiary(i);
            (_beneficiary[i], _proposed[i]) = (caller, address(0));
            ++calls["accept"];
        }
        vm.stopPrank();
    }

    /// @notice Anyone tries to take an offer back; one in four is not the beneficiary.
    function cancel(uint256 bucketSeed, uint256 callerSeed) external atTime {
        uint256 i = bucketSeed % 2 == 0 ? _bucket(bucketSeed / 2) : _bucketWithProposal(bucketSeed / 2);
        address caller = _mostly(_beneficiary[i], callerSeed);
        vm.startPrank(caller);
        if (caller != _beneficiary[i]) {
            _expectNotBeneficiary(i, caller);
            vesting.cancelProposal(i);
            ++calls["cancel refused"];
        } else if (_proposed[i] == address(0)) {
            vm.expectRevert(abi.encodeWithSelector(IVestingSchedule.VestingSchedule__NoProposal.selector, i));
            vesting.cancelProposal(i);
            ++calls["cancel refused"];
        } else {
            vesting.cancelProposal(i);
            _proposed[i] = address(0);
            ++calls["cancel"];
        }
        vm.stopPrank();
    }

    /// @notice A holder sends tokens to another, or to the schedule's contract.
    function transfer(uint256 fromSeed, uint256 toSeed, uint256 amount) external atTime {
        address from = _holder(fromSeed);
        address to = toSeed % 8 == 0 ? address(vesting) : _actor(toSeed);
        amount = bound(amount, 0, balance[from]);
        balance[from] -= amount;
        if (to == address(vesting)) {
            donated += amount;
        } else {
            balance[to] += amount;
        }
        ++calls["transfer"];
        vm.prank(from);
        token.transfer(to, amount);
    }

    /// @notice A holder burns tokens: the schedule is in tokens, not in shares of what is left.
    function burn(uint256 fromSeed, uint256 amount) external atTime {
        address from = _holder(fromSeed);
        amount = bound(amount, 0, balance[from] / 4);
        vm.prank(from);
        token.burn(amount);
        balance[from] -= amount;
        ++calls["burn"];
    }

    // ── Views ────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Every account that ever acts.
    function actors() external view returns (address[] memory) {
        return _actors;
    }

    /// @notice Whom the model says bucket i pays, and who may accept it.
    function parties(uint256 i) external view returns (address beneficiary, address proposed) {
        return (_beneficiary[i], _proposed[i]);
    }

    // ── Internals ────────────────────────────────────────────────────────────────────────────────────────

    function _bucket(uint256 seed) private view returns (uint256 i) {
        return seed % _beneficiary.length;
    }

    function _actor(uint256 seed) private view returns (address) {
        return _actors[seed % _actors.length];
    }

    /// @dev The first bucket from the seed's on that somebody may accept, if there is one.
    function _bucketWithProposal(uint256 seed) private view returns (uint256 i) {
        i = _bucket(seed);
        for (uint256 n = 0; n < _proposed.length && _proposed[i] == address(0); ++n) i = _bucket(i + 1);
    }

    /// @dev The first actor from the seed's on that holds tokens, if there is one.
    function _holder(uint256 seed) private view returns (address) {
        uint256 i = seed % _actors.length;
        for (uint256 n = 0; n < _actors.length && balance[_actors[i]] == 0; ++n) i = (i + 1) % _actors.length;
        return _actors[i];
    }

    function _mostly(address account, uint256 seed) private view returns (address) {
        return seed % 4 == 0 ? _actor(seed / 4) : account;
    }

    function _expectNotBeneficiary(uint256 i, address caller) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IVestingSchedule.VestingSchedule__NotBeneficiary.selector,
                i,
                caller,
                _beneficiary[i]
            )
        );
    }
}

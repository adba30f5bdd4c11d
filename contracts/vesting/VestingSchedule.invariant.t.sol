// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOPGToken } from "../token/IOPGToken.sol";
import { OPG_SUPPLY } from "../token/Supply.sol";
import { VestingHandler } from "./VestingHandler.t.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { VestingTestBase } from "./VestingTestBase.t.sol";
import { Bucket } from "./types/Bucket.sol";

/// @notice V1 to V5 of docs/invariants.md after every call of random sequences.
abstract contract VestingInvariants is VestingTestBase {
    VestingSchedule internal vesting;
    IOPGToken internal token;
    VestingHandler internal handler;

    bytes32 private _termsAtFirst;
    bytes32 private _calendarAtFirst;

    modifier atHandlerTime() {
        vm.warp(handler.time());
        _;
    }

    function setUp() external {
        address[] memory actors = new address[](8);
        for (uint256 i = 0; i < actors.length; ++i) {
            actors[i] = makeAddr(string(abi.encodePacked("actor ", bytes1(uint8(48 + i)))));
        }
        vesting = deployVesting(actors);
        token = vesting.token();
        handler = new VestingHandler(vesting, actors);
        _termsAtFirst = _terms();
        _calendarAtFirst = _calendar();

        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = VestingHandler.warp.selector;
        selectors[1] = VestingHandler.release.selector;
        selectors[2] = VestingHandler.propose.selector;
        selectors[3] = VestingHandler.accept.selector;
        selectors[4] = VestingHandler.cancel.selector;
        selectors[5] = VestingHandler.transfer.selector;
        selectors[6] = VestingHandler.burn.selector;
        targetSelector(address(handler), selectors);
    }

    /// @dev The schedule under test, whose beneficiaries are among `actors`.
    function deployVesting(address[] memory actors) internal virtual returns (VestingSchedule);

    function invariant_V1_heldAndReleasedIsTheTotal() external atHandlerTime {
        uint256 held = token.balanceOf(address(vesting));
        assertEq(held + vesting.totalReleased(), OPG_SUPPLY + handler.donated());
    }

    function invariant_V2_releasedIsAtMostUnlocked() external atHandlerTime {
        for (uint256 i = 0; i < vesting.bucketCount(); ++i) {
            assertLe(vesting.released(i), vesting.unlockedAt(i, block.timestamp));
            assertLe(vesting.unlockedAt(i, block.timestamp), vesting.bucket(i).total);
        }
    }

    /// @dev The handler checks the sum of the steps over every stretch of time that passes.
    function invariant_V3_unlockedNeverFallsAndTotalsAgree() external atHandlerTime {
        uint256 sum = 0;
        for (uint256 i = 0; i < vesting.bucketCount(); ++i) {
            uint256 unlocked = vesting.unlockedAt(i, block.timestamp);
            assertLe(vesting.unlockedAt(i, block.timestamp - 1), unlocked);
            sum += unlocked;
        }
        assertEq(vesting.totalUnlockedAt(block.timestamp), sum);
    }

    /// @dev The model credits nobody but the beneficiary; what every account holds agrees with it.
    function invariant_V4_onlyBeneficiariesReceive() external atHandlerTime {
        address[] memory actors = handler.actors();
        for (uint256 i = 0; i < actors.length; ++i) {
            assertEq(token.balanceOf(actors[i]), handler.balance(actors[i]));
        }
        for (uint256 i = 0; i < vesting.bucketCount(); ++i) {
            (address beneficiary, address proposed) = handler.parties(i);
            assertEq(vesting.bucket(i).beneficiary, beneficiary);
            assertEq(vesting.proposedBeneficiary(i), proposed);
        }
    }

    function invariant_V5_theScheduleNeverChanges() external atHandlerTime {
        assertEq(_terms(), _termsAtFirst);
    }

    /// @notice After each run: the whole calendar is still the first one (V5).
    function afterInvariant() external atHandlerTime {
        assertEq(_calendar(), _calendarAtFirst);
    }

    function _terms() private view returns (bytes32 digest) {
        digest = keccak256(
            abi.encode(vesting.token(), vesting.launch(), vesting.end(), vesting.bucketCount())
        );
        for (uint256 i = 0; i < vesting.bucketCount(); ++i) {
            Bucket memory bucket = vesting.bucket(i);
            bucket.beneficiary = address(0);
            digest = keccak256(abi.encode(digest, bucket));
        }
    }

    function _calendar() private view returns (bytes32 digest) {
        return keccak256(abi.encode(vesting.calendar(0, type(uint256).max)));
    }
}

/// @notice The published schedule. Each of the five invariants gets 64 runs of 128 calls: 40,960 calls.
contract PublishedVestingInvariantTest is VestingInvariants {
    function deployVesting(address[] memory actors) internal override returns (VestingSchedule) {
        return new VestingSchedule(PUBLISHED_LAUNCH, publishedBuckets(actors));
    }
}

/// @notice A schedule at the edges of what is accepted: a launch on the last second of a leap day, steps of one wei,
///     a cliff longer than all other buckets, one beneficiary of two buckets. 40,960 calls more.
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

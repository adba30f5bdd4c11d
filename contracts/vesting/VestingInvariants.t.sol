// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOPGToken } from "../token/IOPGToken.sol";
import { OPG_SUPPLY } from "../token/Supply.sol";
import { VestingHandler } from "./VestingHandler.t.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { VestingTestBase } from "./VestingTestBase.t.sol";
import { Bucket } from "./types/Bucket.sol";

/// @notice V1 to V5 of docs/invariants.md, checked after every call of random sequences of everything that anyone can
///     do. Each invariant gets 64 runs of 128 calls (hardhat.config.ts), so a schedule gets 40,960. Ten runs looked at
///     on 2026-11-20 each let time pass 12 to 22 times, 3 to 18 years in all (five of them beyond the end of the
///     schedule), with 7 to 16 releases, 5 to 11 hand-overs, 19 to 44 calls that had to be refused, and 30 to 44
///     transfers and burns.
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

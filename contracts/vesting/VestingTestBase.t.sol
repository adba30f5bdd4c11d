// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { TestBase } from "../test/TestBase.sol";
import { OPG_SUPPLY } from "../token/Supply.sol";
import { VestingSchedule } from "./VestingSchedule.sol";
import { Bucket } from "./types/Bucket.sol";

/// @notice Schedules for the Solidity tests of the vesting.
abstract contract VestingTestBase is TestBase {
    uint256 internal constant YEAR = 365 days;

    /// @dev 2026-04-21 12:30:00 UTC.
    uint256 internal constant PUBLISHED_LAUNCH = 1_776_774_600;

    /// @dev The published schedule (config/vesting.opg.json).
    function publishedBuckets(address[] memory to) internal pure returns (Bucket[] memory buckets) {
        buckets = new Bucket[](7);
        buckets[0] = Bucket("Ecosystem", to[0], 400_000_000e18, 40_000_000e18, 0, 60);
        buckets[1] = Bucket("Foundation", to[1], 150_000_000e18, 50_000_000e18, 0, 48);
        buckets[2] = Bucket("Core contributors", to[2], 150_000_000e18, 0, 12, 36);
        buckets[3] = Bucket("Investors and advisors", to[3], 100_000_000e18, 0, 12, 36);
        buckets[4] = Bucket("Staking rewards", to[4], 100_000_000e18, 0, 0, 96);
        buckets[5] = Bucket("Liquidity and launch", to[5], 60_000_000e18, 60_000_000e18, 0, 0);
        buckets[6] = Bucket("Airdrop", to[6], 40_000_000e18, 40_000_000e18, 0, 0);
    }

    /// @dev Any schedule of one to five buckets that the contract accepts, launched between 1970 and 2106.
    function deployRandom(uint256 seed) internal returns (VestingSchedule vesting) {
        uint256 launch = bound(_draw(seed, "launch", 0), 1, type(uint32).max);
        Bucket[] memory buckets = new Bucket[](bound(_draw(seed, "buckets", 0), 1, 5));
        uint256 left = OPG_SUPPLY;
        for (uint256 i = 0; i < buckets.length; ++i) {
            bool isLast = i == buckets.length - 1;
            uint256 total = isLast ? left : bound(_draw(seed, "total", i), 100, left / 2);
            left -= total;
            buckets[i] = _randomBucket(seed, i, uint96(total));
        }
        return new VestingSchedule(launch, buckets);
    }

    /// @dev `total` is at least 100 wei, so that up to 60 steps of a wei fit.
    function _randomBucket(uint256 seed, uint256 i, uint96 total) private returns (Bucket memory bucket) {
        bucket.name = "Random";
        bucket.beneficiary = makeAddr(string(abi.encodePacked("beneficiary ", bytes1(uint8(48 + i)))));
        bucket.total = total;
        bucket.months = uint16(bound(_draw(seed, "months", i), 0, 60));
        if (bucket.months == 0) {
            bucket.initialUnlock = total;
            return bucket;
        }
        bucket.cliffMonths = uint16(bound(_draw(seed, "cliff", i), 0, 24));
        bool isStepsOnly = _draw(seed, "steps only", i) % 2 == 0;
        uint256 initial = isStepsOnly ? 0 : bound(_draw(seed, "initial", i), 1, total - bucket.months);
        bucket.initialUnlock = uint96(initial);
    }

    function _draw(uint256 seed, string memory what, uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what, i)));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Vm } from "./Vm.sol";

/// @notice What a Solidity test inherits: cheatcodes, assertions, bounded inputs, invariant targets.
/// @dev The runner calls every `test*` function once, or with random inputs where it has parameters, and after
///     every random call of a target every `invariant*` function. `setUp` runs before each. An assertion is
///     `vm.assertEq(left, right, reason)`, or without a reason one of the helpers below.
abstract contract TestBase {
    /// @notice The selectors of one contract that an invariant run may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev The address the runner listens on: `address(uint160(uint256(keccak256("hevm cheat code"))))`.
    // solhint-disable-next-line const-name-snakecase
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address[] private _targetContracts;
    address[] private _targetSenders;
    FuzzSelector[] private _targetSelectors;

    // ── Asked by the runner ──────────────────────────────────────────────────────────────────────────────

    /// @notice The contracts an invariant run calls: all that `setUp` deployed, unless some were named.
    function targetContracts() external view returns (address[] memory contracts) {
        return _targetContracts;
    }

    /// @notice The accounts an invariant run calls from: any, unless some were named.
    function targetSenders() external view returns (address[] memory senders) {
        return _targetSenders;
    }

    /// @notice The functions an invariant run calls: all of the target contracts, unless some were named.
    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        return _targetSelectors;
    }

    // ── For tests ────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Invariant runs call this contract.
    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    /// @dev Invariant runs call from this account.
    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    /// @dev Invariant runs call these functions of this contract, and no others of it. A selector named several
    ///     times is drawn that many times as often.
    function targetSelector(address target, bytes4[] memory selectors) internal {
        _targetSelectors.push(FuzzSelector({ addr: target, selectors: selectors }));
    }

    /// @dev An address without a known key, the same in every run, named in traces.
    function makeAddr(string memory name) internal returns (address account) {
        (account, ) = makeAddrAndKey(name);
    }

    /// @dev The same with its private key, for signatures.
    function makeAddrAndKey(string memory name) internal returns (address account, uint256 privateKey) {
        privateKey = uint256(keccak256(bytes(name)));
        account = vm.addr(privateKey);
        vm.label(account, name);
    }

    /// @dev Maps a random `x` into `[min, max]`. Inputs in the range stay; the smallest and largest inputs, which
    ///     fuzzers favour, land on the ends of the range.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        vm.assertLe(min, max, "bound: min is above max");
        if (x >= min && x <= max) return x;
        uint256 size;
        unchecked {
            size = max - min + 1; // not zero: the full range returned above
        }
        if (x <= 3 && x < size) return min + x;
        if (x >= type(uint256).max - 3 && type(uint256).max - x < size) return max - (type(uint256).max - x);
        return min + (x % size);
    }

    function assertTrue(bool condition) internal pure {
        vm.assertTrue(condition, "");
    }

    function assertFalse(bool condition) internal pure {
        vm.assertFalse(condition, "");
    }

    function assertEq(bool left, bool right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(uint256 left, uint256 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(int256 left, int256 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(address left, address right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(bytes memory left, bytes memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(string memory left, string memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertEq(uint256[] memory left, uint256[] memory right) internal pure {
        vm.assertEq(left, right, "");
    }

    function assertNotEq(uint256 left, uint256 right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertNotEq(bytes32 left, bytes32 right) internal pure {
        vm.assertNotEq(left, right, "");
    }

    function assertLt(uint256 left, uint256 right) internal pure {
        vm.assertLt(left, right, "");
    }

    function assertLe(uint256 left, uint256 right) internal pure {
        vm.assertLe(left, right, "");
    }

    function assertGt(uint256 left, uint256 right) internal pure {
        vm.assertGt(left, right, "");
    }

    function assertGe(uint256 left, uint256 right) internal pure {
        vm.assertGe(left, right, "");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The cheatcodes of the Solidity test runner that the tests of this repository use.
/// @dev Foundry's names and semantics: https://getfoundry.sh/reference/cheatcodes/overview.
// solhint-disable-next-line interface-starts-with-i
interface Vm {
    /// @notice One recorded event.
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    // ── The chain ────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Sets `block.timestamp`, in Unix seconds.
    function warp(uint256 timestamp) external;

    /// @notice Sets `block.number`.
    function roll(uint256 number) external;

    /// @notice Sets `block.chainid`.
    function chainId(uint256 id) external;

    /// @notice Sets the account's balance, in wei.
    function deal(address account, uint256 balance) external;

    /// @notice Sets the account's code.
    function etch(address account, bytes calldata runtimeCode) external;

    /// @notice Reads a storage slot.
    function load(address account, bytes32 slot) external view returns (bytes32 value);

    /// @notice Writes a storage slot.
    function store(address account, bytes32 slot, bytes32 value) external;

    /// @notice Remembers the whole state.
    function snapshotState() external returns (uint256 id);

    /// @notice Goes back to a remembered state.
    function revertToState(uint256 id) external returns (bool success);

    // ── The caller ───────────────────────────────────────────────────────────────────────────────────────

    /// @notice The next call comes from `sender`.
    function prank(address sender) external;

    /// @notice Every call comes from `sender`, until `stopPrank`.
    function startPrank(address sender) external;

    /// @notice Ends `startPrank`.
    function stopPrank() external;

    // ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The address of a private key.
    function addr(uint256 privateKey) external pure returns (address account);

    /// @notice Signs a digest with secp256k1.
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    /// @notice Names an address in traces.
    function label(address account, string calldata name) external;

    // ── Expectations ─────────────────────────────────────────────────────────────────────────────────────

    /// @notice Gives up this fuzz input unless the condition holds.
    function assume(bool condition) external pure;

    /// @notice The next call must revert.
    function expectRevert() external;

    /// @notice The next call must revert with this selector and nothing after it.
    function expectRevert(bytes4 selector) external;

    /// @notice The next call must revert with exactly this data.
    function expectRevert(bytes calldata data) external;

    /// @notice The next call must revert with this selector, whatever its arguments.
    function expectPartialRevert(bytes4 selector) external;

    /// @notice The next call must emit the event that is emitted next in the test.
    function expectEmit() external;

    /// @notice The same, from this emitter.
    function expectEmit(address emitter) external;

    /// @notice Records events from now on.
    function recordLogs() external;

    /// @notice The events recorded since `recordLogs` or since this was last asked.
    function getRecordedLogs() external returns (Log[] memory logs);

    // ── Mocks ────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Calls of `callee` whose data starts with `data` return `result`.
    function mockCall(address callee, bytes calldata data, bytes calldata result) external;

    /// @notice Calls of `callee` whose data starts with `data` revert with `revertData`.
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;

    /// @notice Ends all mocks.
    function clearMockedCalls() external;

    // ── Gas ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Writes the gas of the last call to `snapshots/<group>.json`.
    function snapshotGasLastCall(
        string calldata group,
        string calldata name
    ) external returns (uint256 gasUsed);

    /// @notice Writes a value to `snapshots/<group>.json`.
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;

    // ── Assertions ───────────────────────────────────────────────────────────────────────────────────────

    function assertTrue(bool condition, string calldata reason) external pure;
    function assertFalse(bool condition, string calldata reason) external pure;
    function assertEq(bool left, bool right, string calldata reason) external pure;
    function assertEq(uint256 left, uint256 right, string calldata reason) external pure;
    function assertEq(int256 left, int256 right, string calldata reason) external pure;
    function assertEq(address left, address right, string calldata reason) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata reason) external pure;
    function assertEq(bytes calldata left, bytes calldata right, string calldata reason) external pure;
    function assertEq(string calldata left, string calldata right, string calldata reason) external pure;
    function assertEq(
        uint256[] calldata left,
        uint256[] calldata right,
        string calldata reason
    ) external pure;
    function assertNotEq(uint256 left, uint256 right, string calldata reason) external pure;
    function assertNotEq(bytes32 left, bytes32 right, string calldata reason) external pure;
    function assertLt(uint256 left, uint256 right, string calldata reason) external pure;
    function assertLe(uint256 left, uint256 right, string calldata reason) external pure;
    function assertGt(uint256 left, uint256 right, string calldata reason) external pure;
    function assertGe(uint256 left, uint256 right, string calldata reason) external pure;
}

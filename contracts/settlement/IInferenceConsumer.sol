// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title A contract that wants to be told of a result
interface IInferenceConsumer {
    /// @notice Called after a settlement, with at most `CALLBACK_GAS` gas; a failure is logged and changes nothing.
    /// @dev Any payer may name any contract as callback. An implementation must check that `msg.sender` is the
    /// settlement contract it trusts **and** that `requestId` is one it asked for: only the id binds the question.
    /// @param requestId Digest of the order answered.
    /// @param versionId Version that answered.
    /// @param outputs Packed outputs, proved.
    function onInference(bytes32 requestId, uint256 versionId, uint256[] calldata outputs) external;
}

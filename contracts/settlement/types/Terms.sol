// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What settlement needs to know of a version, as the registry's `settlementTerms` gives it.
/// @dev All but `active` are fixed for ever when the version is registered.
/// @param versionId The version.
/// @param vkHash Key its proofs are checked with.
/// @param price Token wei to the version's payees for each answer, a multiple of 10,000.
/// @param inputWords Public values between the context and the outputs.
/// @param outputWords Public values after the inputs.
/// @param active Whether the version takes new orders.
struct Terms {
    uint256 versionId;
    bytes32 vkHash;
    uint256 price;
    uint256 inputWords;
    uint256 outputWords;
    bool active;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Shares of the fees of one version and one prover that are not in the books yet.
/// @param versionId The version.
/// @param prices Token wei for its payees.
/// @param prover The prover.
/// @param rests Token wei for him.
struct Takings {
    uint256 versionId;
    uint256 prices;
    address prover;
    uint256 rests;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What one circuit adds to the ceremony it was set up in. Gamma is the G2 generator.
/// @param ceremonyId `keccak256(abi.encode(uint256[2] alpha, uint256[4] beta))` of the powers of tau.
/// @param delta G2 point of the circuit's phase 2: `[x.c1, x.c0, y.c1, y.c0]` (EIP-197).
/// @param ic Four G1 points `x, y` (8 words): the constant one and one for each of digest, challenge, evaluation.
struct VerificationKey {
    bytes32 ceremonyId;
    uint256[4] delta;
    uint256[] ic;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The part of a powers-of-tau ceremony that a Groth16 verifier needs.
/// @param alpha G1 point `[x, y]`.
/// @param beta G2 point `[x.c1, x.c0, y.c1, y.c0]` (EIP-197).
struct Ceremony {
    uint256[2] alpha;
    uint256[4] beta;
}

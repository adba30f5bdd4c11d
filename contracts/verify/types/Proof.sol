// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A Groth16 proof over BN254 with the digest that it commits its public values by.
/// @param points `[A.x, A.y, B.x.c1, B.x.c0, B.y.c1, B.y.c0, C.x, C.y]`: the order of EIP-197, which is also that of
/// snarkjs' exported calldata.
/// @param digest Poseidon sponge of the public vector as the prover computed it, below the scalar field order. The
/// verifier never recomputes it: it must be fixed before the challenge is known, nothing more.
struct Proof {
    uint256[8] points;
    uint256 digest;
}

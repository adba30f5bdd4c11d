// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev `keccak256(abi.encode(alpha, beta))`. At file level because assembly reads no library's constants.
uint256 constant DEV_CEREMONY_ID = 0x1d07b1760e9996ad221fb06f1504d787eddb3789bbfe276ec12872d668ed9eaa;

/// @dev `alpha * G1`.
uint256 constant DEV_ALPHA_X = 0x16913352d024d42223f49962230df96a825baab2cf809b76cb66eb7ff3673a41;
uint256 constant DEV_ALPHA_Y = 0x12f0b8799bf5be076021e4add83ac620b6ebdeacbc72e58bced928565875b783;

/// @dev `beta * G2`.
uint256 constant DEV_BETA_X_C1 = 0x071de0434f901c9c2365c8ed149355e713e8b57b260a07ff38fecb61b773d548;
uint256 constant DEV_BETA_X_C0 = 0x0e034ad36594385c785fe4e90df03a43d76d7eddf7e9a79133c051177543b0e3;
uint256 constant DEV_BETA_Y_C1 = 0x0af0951910877eaea0ceb4aaa7be3295b1a9c80508ca9aa95b55b6c8b99de19d;
uint256 constant DEV_BETA_Y_C0 = 0x2ddaedd7ffc0c1b47530e7cc5dadb102f17e75528808afd600e1d59c47662a00;

/// @title DevCeremony
/// @notice The published development ceremony. Its secrets are
/// `uint256(keccak256("OPG/dev-ceremony/v1/" + name)) % r` for `tau`, `alpha` and `beta`, so anyone can forge a proof
/// under it: it makes tests and demos quick and must never guard money.
library DevCeremony {
    /// @notice `keccak256(abi.encode(alpha, beta))`.
    bytes32 internal constant ID = bytes32(DEV_CEREMONY_ID);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice How the secrets of a key came about: published (anyone can forge proofs), or by a ceremony.
enum SetupKind {
    Dev,
    Ceremony
}

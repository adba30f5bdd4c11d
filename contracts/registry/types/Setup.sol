// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SetupKind } from "./SetupKind.sol";

/// @notice The trusted setup of a version, as its owner claims it. The kind is checked against the key; the hashes are
/// for anyone to check the published transcript against. A dev setup has no ceremony to name: its other fields are zero.
/// @param kind Dev or ceremony.
/// @param ptauHash Hash of the powers-of-tau file.
/// @param transcriptHash Hash of the phase-2 transcript.
/// @param contributions Number of phase-2 contributions.
struct Setup {
    SetupKind kind;
    bytes32 ptauHash;
    bytes32 transcriptHash;
    uint32 contributions;
}

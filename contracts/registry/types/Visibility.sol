// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Whether a tensor stands in the statement in the clear, packed, or behind one Poseidon commitment.
enum Visibility {
    Public,
    Committed
}

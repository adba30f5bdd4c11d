// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Whether a version takes new work. A version is never deleted.
enum VersionStatus {
    Active,
    Deprecated
}

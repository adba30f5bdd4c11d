// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Payee } from "./Payee.sol";

/// @notice A model: what its versions have in common.
/// @param owner Who may register versions, set their status and the payees of later ones.
/// @param proposedOwner Who may accept the ownership; zero when nobody was proposed.
/// @param versionCount Number of versions; their numbers run from 1.
/// @param name Name of the model.
/// @param licence Licence of the model, as an SPDX expression where there is one.
/// @param payees Payees of versions registered from now on.
struct Model {
    address owner;
    address proposedOwner;
    uint32 versionCount;
    string name;
    string licence;
    Payee[] payees;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Ceremony } from "./types/Ceremony.sol";
import { Proof } from "./types/Proof.sol";
import { VerificationItem } from "./types/VerificationItem.sol";
import { VerificationKey } from "./types/VerificationKey.sol";

/// @title IProofVerifier
/// @notice Checks Groth16 proofs over BN254 of any model: circuits have one shape of public signals, keys are data.
/// @dev A proof is about a vector of values that the caller gives in the clear. The verifier derives the three public
/// signals of the circuit from it: the digest (given with the proof), the challenge and the evaluation (see
/// {Statement}). Three things are left to the caller:
/// - **The length of the vector.** The evaluation is that of a polynomial, so trailing zeros do not show in it: a proof
///   for `(a, b)` can be turned into one for `(a, b, 0)` by whoever makes it. Fix the length per key, as the registry
///   does.
/// - **Replay.** A Groth16 proof can be re-randomised by anyone, so its hash is no identity. Put the request and the
///   payee into the vector ({Statement-context}) and mark the request as spent.
/// - **What a key means.** A key does not determine its circuit: its setup transcript does.
///
/// The verifier holds no assets, has no owner and can never change. A key belongs to the production ceremony fixed at
/// deployment or, where the deployment allows it, to the published {DevCeremony}; nobody can add a ceremony.
interface IProofVerifier {
    /// @notice A key was registered; its points are in the code of the contract at `pointer`.
    event KeyRegistered(bytes32 indexed vkHash, bytes32 indexed ceremonyId, address pointer);

    /// @notice No key with this hash was registered here.
    error ProofVerifier__UnknownKey(bytes32 vkHash);

    /// @notice The key names a ceremony that this verifier does not know.
    error ProofVerifier__UnknownCeremony(bytes32 ceremonyId);

    /// @notice Keys of the development ceremony are refused by this deployment, and it cannot be a production ceremony.
    error ProofVerifier__DevCeremonyRefused();

    /// @notice The production ceremony's points are not finite points of their groups.
    error ProofVerifier__InvalidCeremony();

    /// @notice A key has four IC points, 8 words.
    error ProofVerifier__IcLength(uint256 words);

    /// @notice The IC point with this index is not a finite point of the curve in canonical coordinates.
    error ProofVerifier__InvalidIcPoint(uint256 index);

    /// @notice Delta is not a finite point of the twist in canonical coordinates, or its y has a zero half.
    error ProofVerifier__InvalidDelta();

    /// @notice The call carries fewer or more bytes than its arguments take.
    error ProofVerifier__CalldataLength(uint256 length, uint256 expected);

    /// @notice The arguments of a batch are not laid out as the ABI's canonical encoding has them, each part right behind
    /// the one before.
    error ProofVerifier__CalldataLayout();

    /// @notice `values` cannot be divided evenly among `proofs`.
    error ProofVerifier__BatchShape(uint256 values, uint256 proofs);

    /// @notice The check failed with so little gas left that it may have failed for want of it: call again with more.
    /// Without this, a caller could starve the precompiles and have a good proof reported as bad.
    error ProofVerifier__InsufficientGas(uint256 gasLeft);

    /// @notice Registers a verification key. Permissionless and idempotent: the hash determines the key.
    /// @dev Refuses a key whose ceremony is unknown, whose dev ceremony is not allowed here, and points that are
    /// infinite, off their curve or not in canonical coordinates, and a delta whose y has a zero half (the verifier
    /// negates it by subtraction; no setup yields one but by a chance of 2^-253). That delta lies in the right subgroup is not checked
    /// (79,000 gas): nothing verifies under a key where it does not.
    /// Reverts with {ProofVerifier__UnknownCeremony}, {ProofVerifier__DevCeremonyRefused}, {ProofVerifier__IcLength},
    /// {ProofVerifier__InvalidIcPoint} and {ProofVerifier__InvalidDelta}.
    /// @return vkHash `keccak256` of the creation code of the contract that holds the key (Solady's SSTORE2 format).
    function registerKey(VerificationKey calldata key) external returns (bytes32 vkHash);

    /// @notice Whether a key with this hash is registered.
    function isRegistered(bytes32 vkHash) external view returns (bool);

    /// @notice The key with this hash. Reverts with {ProofVerifier__UnknownKey}.
    function keyOf(bytes32 vkHash) external view returns (VerificationKey memory);

    /// @notice Whether the key belongs to the development ceremony. Reverts with {ProofVerifier__UnknownKey}.
    function isDev(bytes32 vkHash) external view returns (bool);

    /// @notice Whether keys of the development ceremony may be registered here.
    function allowDev() external view returns (bool);

    /// @notice The production ceremony.
    function ceremony() external view returns (Ceremony memory);

    /// @notice `keccak256(abi.encode(alpha, beta))` of the production ceremony.
    function ceremonyId() external view returns (bytes32);

    /// @notice `keccak256(abi.encode(alpha, beta))` of the development ceremony.
    function devCeremonyId() external view returns (bytes32);

    /// @notice Whether `proof` shows that the circuit of the key accepts `values`.
    /// @dev False for a proof that does not hold: also for values, a digest or coordinates that are not canonical
    /// (below the field order), for points off the curve or outside the subgroup, and for a vector of less than three
    /// values. No such proof costs much more than a good one. Reverts with {ProofVerifier__UnknownKey},
    /// {ProofVerifier__CalldataLength} and {ProofVerifier__InsufficientGas}.
    /// @param vkHash Hash of a registered key.
    /// @param values The public vector `(context, inputs..., outputs...)`.
    /// @param proof The proof and its digest.
    function verify(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof calldata proof
    ) external view returns (bool);

    /// @notice Whether every item of a batch, of any models and ceremonies, holds. True for an empty batch.
    /// @dev One pairing check on a random linear combination of all items: N + M + C + 1 pairings for N items of M keys
    /// in C ceremonies. The coefficients are the powers of a hash of the calldata, so a batch with a bad item passes with
    /// probability below N / r for every attempt at choosing its items: 2^-245 for the 300 that fit a transaction.
    /// Malformed items, such of unknown keys too, make the batch false and never revert. Cheapest with the items of a
    /// key next to one another. Reverts with {ProofVerifier__CalldataLength}, {ProofVerifier__CalldataLayout} and
    /// {ProofVerifier__InsufficientGas}.
    function verifyBatch(VerificationItem[] calldata items) external view returns (bool);

    /// @notice {verifyBatch} for proofs of one key, with the cheapest calldata.
    /// @dev Reverts with {ProofVerifier__BatchShape} besides the errors of {verify}.
    /// @param vkHash Hash of a registered key.
    /// @param values The public vectors one after the other, each of `values.length / proofs.length` words.
    /// @param proofs The proofs in the same order.
    function verifyModelBatch(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof[] calldata proofs
    ) external view returns (bool);

    /// @notice Indices of the items that do not hold, in ascending order; empty when {verifyBatch} is true.
    /// @dev Checks one by one, at about 205,000 gas an item: meant for calls off chain and for naming the culprits of a
    /// failed batch. Reverts as {verifyBatch} does, and with {ProofVerifier__InsufficientGas} when an item cannot be
    /// checked with the gas left.
    function invalidItems(VerificationItem[] calldata items) external view returns (uint256[] memory indices);
}

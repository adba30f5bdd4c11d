// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Bn254 } from "./Bn254.sol";
import { DevCeremony } from "./DevCeremony.sol";
import { Groth16 } from "./Groth16.sol";
import { IProofVerifier } from "./IProofVerifier.sol";
import { KeyStore } from "./KeyStore.sol";
import { Statement } from "./Statement.sol";
import { Ceremony } from "./types/Ceremony.sol";
import { Proof } from "./types/Proof.sol";
import { VerificationItem } from "./types/VerificationItem.sol";
import { VerificationKey } from "./types/VerificationKey.sol";

/// @title ProofVerifier
/// @notice See {IProofVerifier}.
contract ProofVerifier is IProofVerifier {
    // ------------------------------------------------------------------------------------------------- immutables

    /// @inheritdoc IProofVerifier
    bool public immutable override allowDev;

    /// @inheritdoc IProofVerifier
    bytes32 public immutable override ceremonyId;

    uint256 private immutable ALPHA_X;
    uint256 private immutable ALPHA_Y;
    uint256 private immutable BETA_X_C1;
    uint256 private immutable BETA_X_C0;
    uint256 private immutable BETA_Y_C1;
    uint256 private immutable BETA_Y_C0;

    // ------------------------------------------------------------------------------------------------ constructor

    /// @param production The ceremony of every key that is not a development key.
    /// @param allowDev_ Whether keys of {DevCeremony} may be registered.
    constructor(Ceremony memory production, bool allowDev_) {
        if (
            !Bn254.isOnG1(production.alpha[0], production.alpha[1]) ||
            !Bn254.isOnG2(production.beta) ||
            !Bn254.isInG2Subgroup(production.beta)
        ) revert ProofVerifier__InvalidCeremony();
        bytes32 id = keccak256(abi.encode(production.alpha, production.beta));
        if (id == DevCeremony.ID) revert ProofVerifier__DevCeremonyRefused();

        allowDev = allowDev_;
        ceremonyId = id;
        ALPHA_X = production.alpha[0];
        ALPHA_Y = production.alpha[1];
        BETA_X_C1 = production.beta[0];
        BETA_X_C0 = production.beta[1];
        BETA_Y_C1 = production.beta[2];
        BETA_Y_C0 = production.beta[3];
    }

    // --------------------------------------------------------------------------------------------------- external

    /// @inheritdoc IProofVerifier
    function registerKey(VerificationKey calldata key) external override returns (bytes32 vkHash) {
        // Checks.
        if (key.ceremonyId == DevCeremony.ID) {
            if (!allowDev) revert ProofVerifier__DevCeremonyRefused();
        } else if (key.ceremonyId != ceremonyId) {
            revert ProofVerifier__UnknownCeremony(key.ceremonyId);
        }
        if (key.ic.length != 8) revert ProofVerifier__IcLength(key.ic.length);
        for (uint256 i = 0; i < 4; ++i) {
            if (!Bn254.isOnG1(key.ic[2 * i], key.ic[2 * i + 1])) revert ProofVerifier__InvalidIcPoint(i);
        }
        if (!Bn254.isOnG2(key.delta)) revert ProofVerifier__InvalidDelta();

        // Effects: a key that is here already stays as it is.
        bytes memory blob = KeyStore.encode(key);
        vkHash = KeyStore.hash(blob);
        if (isRegistered(vkHash)) return vkHash;
        address pointer = KeyStore.write(blob);
        emit KeyRegistered({ vkHash: vkHash, ceremonyId: key.ceremonyId, pointer: pointer });
    }

    // ------------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IProofVerifier
    function isRegistered(bytes32 vkHash) public view override returns (bool) {
        return KeyStore.pointer(vkHash).code.length != 0;
    }

    /// @inheritdoc IProofVerifier
    function keyOf(bytes32 vkHash) public view override returns (VerificationKey memory key) {
        key = KeyStore.read(vkHash);
        if (key.ceremonyId == 0) revert ProofVerifier__UnknownKey(vkHash);
    }

    /// @inheritdoc IProofVerifier
    function isDev(bytes32 vkHash) external view override returns (bool) {
        return keyOf(vkHash).ceremonyId == DevCeremony.ID;
    }

    /// @inheritdoc IProofVerifier
    function ceremony() external view override returns (Ceremony memory) {
        return Ceremony({ alpha: [ALPHA_X, ALPHA_Y], beta: [BETA_X_C1, BETA_X_C0, BETA_Y_C1, BETA_Y_C0] });
    }

    /// @inheritdoc IProofVerifier
    function devCeremonyId() external pure override returns (bytes32) {
        return DevCeremony.ID;
    }

    /// @inheritdoc IProofVerifier
    function verify(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof calldata proof
    ) external view override returns (bool) {
        // Selector, 3 heads of 1 + 1 + 9 words, length and values.
        uint256 expected = 388 + 32 * values.length;
        if (msg.data.length != expected) {
            revert ProofVerifier__CalldataLength({ length: msg.data.length, expected: expected });
        }
        (bool known, bool valid) = _check(vkHash, values, proof);
        if (!known) revert ProofVerifier__UnknownKey(vkHash);
        return valid;
    }

    /// @inheritdoc IProofVerifier
    function verifyBatch(VerificationItem[] calldata items) external view override returns (bool) {
        return invalidItems(items).length == 0;
    }

    /// @inheritdoc IProofVerifier
    function verifyModelBatch(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof[] calldata proofs
    ) external view override returns (bool) {
        if (proofs.length == 0 || values.length % proofs.length != 0) {
            revert ProofVerifier__BatchShape({ values: values.length, proofs: proofs.length });
        }
        uint256 width = values.length / proofs.length;
        for (uint256 i = 0; i < proofs.length; ++i) {
            (bool known, bool valid) = _check(vkHash, values[i * width:(i + 1) * width], proofs[i]);
            if (!known) revert ProofVerifier__UnknownKey(vkHash);
            if (!valid) return false;
        }
        return true;
    }

    /// @inheritdoc IProofVerifier
    function invalidItems(
        VerificationItem[] calldata items
    ) public view override returns (uint256[] memory indices) {
        indices = new uint256[](items.length);
        uint256 count = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            (bool known, bool valid) = _check(items[i].vkHash, items[i].values, items[i].proof);
            if (!known || !valid) indices[count++] = i;
        }
        assembly ("memory-safe") {
            mstore(indices, count) // shorten to what was found
        }
    }

    // -------------------------------------------------------------------------------------------------- internals

    function _check(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof calldata proof
    ) private view returns (bool known, bool valid) {
        (uint256 challenge, uint256 evaluation, bool inField) = Groth16.signals({
            vkHash: vkHash,
            values: values,
            digest: proof.digest,
            domain: Statement.DOMAIN
        });
        (uint256 frame, bytes32 id) = Groth16.load(KeyStore.pointer(vkHash));
        if (id == ceremonyId) {
            Groth16.setCeremony({
                frame: frame,
                alphaX: ALPHA_X,
                alphaY: ALPHA_Y,
                betaX1: BETA_X_C1,
                betaX0: BETA_X_C0,
                betaY1: BETA_Y_C1,
                betaY0: BETA_Y_C0
            });
        } else if (id == DevCeremony.ID) {
            Groth16.setCeremony({
                frame: frame,
                alphaX: DevCeremony.ALPHA_X,
                alphaY: DevCeremony.ALPHA_Y,
                betaX1: DevCeremony.BETA_X_C1,
                betaX0: DevCeremony.BETA_X_C0,
                betaY1: DevCeremony.BETA_Y_C1,
                betaY0: DevCeremony.BETA_Y_C0
            });
        } else {
            return (false, false);
        }
        if (!inField) return (true, false);
        if (gasleft() < Groth16.CHECK_GAS) {
            revert ProofVerifier__InsufficientGas({ available: gasleft(), required: Groth16.CHECK_GAS });
        }
        return (true, Groth16.check(frame, proof, challenge, evaluation));
    }
}

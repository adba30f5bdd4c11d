// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { BN254_P, Bn254 } from "./Bn254.sol";
import { Calldata } from "./Calldata.sol";
import { DevCeremony } from "./DevCeremony.sol";
import { Groth16 } from "./Groth16.sol";
import { Groth16Batch } from "./Groth16Batch.sol";
import { IProofVerifier } from "./IProofVerifier.sol";
import { KeyStore } from "./KeyStore.sol";
import { MemoryArray } from "./MemoryArray.sol";
import { Ceremony } from "./types/Ceremony.sol";
import { Proof } from "./types/Proof.sol";
import { VerificationItem } from "./types/VerificationItem.sol";
import { VerificationKey } from "./types/VerificationKey.sol";

/// @title ProofVerifier
/// @notice See {IProofVerifier}.
contract ProofVerifier is IProofVerifier {
    /// @dev Where the values are in the calldata of {verifyModelBatch}: behind selector, three heads and their number.
    uint256 private constant MODEL_VALUES = 132;

    // ------------------------------------------------------------------------------------------------- immutables

    /// @inheritdoc IProofVerifier
    bool public immutable override allowDev;

    /// @inheritdoc IProofVerifier
    bytes32 public immutable override ceremonyId;

    uint256 private immutable ALPHA_X;
    uint256 private immutable ALPHA_Y;
    uint256 private immutable NEGATIVE_ALPHA_Y;
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
        NEGATIVE_ALPHA_Y = BN254_P - production.alpha[1];
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
        // A zero half of y, which no setup ever yields, could not be negated by a subtraction from p.
        if (!Bn254.isOnG2(key.delta) || key.delta[2] == 0 || key.delta[3] == 0)
            revert ProofVerifier__InvalidDelta();

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
        Proof calldata
    ) external view override returns (bool) {
        Groth16.begin({
            alphaX: ALPHA_X,
            negativeAlphaY: NEGATIVE_ALPHA_Y,
            betaX1: BETA_X_C1,
            betaX0: BETA_X_C0,
            betaY1: BETA_Y_C1,
            betaY0: BETA_Y_C0
        });
        Groth16.returnTrueIfValid({ productionId: ceremonyId, vkHash: vkHash, values: values });

        // It did not hold. Selector, heads of 1 + 1 + 9 words, length and values.
        _requireCalldata(4 + 32 * (12 + values.length));
        _requireGasLeft(Groth16.MIN_GAS_LEFT);
        return false;
    }

    /// @inheritdoc IProofVerifier
    function verifyBatch(VerificationItem[] calldata items) external view override returns (bool) {
        uint256 count = items.length;
        (uint256 keys, uint256 width) = _measure(count);
        if (count == 0) return true;
        _beginBatch();
        (uint256 table, uint256 pairs) = Groth16Batch.allocate({ count: count, keys: keys, width: width });
        (bool valid, uint256 end) = _addItems({ count: count, table: table, pairs: pairs });
        if (valid && Groth16Batch.check(ceremonyId, table, end, pairs, count)) return true;
        _requireGasLeft(Groth16Batch.minGasLeft({ count: count, keys: keys }));
        return false;
    }

    /// @inheritdoc IProofVerifier
    function verifyModelBatch(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof[] calldata proofs
    ) external view override returns (bool) {
        uint256 count = proofs.length;
        if (count == 0 || values.length % count != 0) {
            revert ProofVerifier__BatchShape({ values: values.length, proofs: count });
        }
        uint256 firstProof = _requireModelBatch({ values: values.length, proofs: count });
        uint256 width = values.length / count;
        _beginBatch();
        (uint256 table, uint256 pairs) = Groth16Batch.allocate({ count: count, keys: 1, width: width });
        (uint256 current, uint256 end) = Groth16Batch.enter({
            vkHash: vkHash,
            table: table,
            end: table,
            current: table
        });
        bool valid = Groth16Batch.add({
            pair: pairs,
            vkHash: vkHash,
            width: width,
            values: MODEL_VALUES,
            valuesStride: 32 * width,
            proof: firstProof,
            proofStride: Groth16Batch.PROOF_BYTES,
            count: count
        });
        Groth16Batch.save(current);
        if (valid && Groth16Batch.check(ceremonyId, table, end, pairs, count)) return true;
        if (!isRegistered(vkHash)) revert ProofVerifier__UnknownKey(vkHash);
        _requireGasLeft(Groth16Batch.minGasLeft({ count: count, keys: 1 }));
        return false;
    }

    /// @inheritdoc IProofVerifier
    function invalidItems(
        VerificationItem[] calldata items
    ) external view override returns (uint256[] memory indices) {
        _measure(items.length);
        indices = new uint256[](items.length);
        uint256 count = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            VerificationItem calldata item = items[i];
            try this.verify(item.vkHash, item.values, item.proof) returns (bool valid) {
                if (!valid) indices[count++] = i;
            } catch (bytes memory reason) {
                // A key that is unknown makes the item invalid; a lack of gas says nothing about it.
                if (bytes4(reason) != ProofVerifier__UnknownKey.selector) {
                    revert ProofVerifier__InsufficientGas(gasleft());
                }
                indices[count++] = i;
            }
        }
        MemoryArray.truncate(indices, count);
    }

    // -------------------------------------------------------------------------------------------------- internals

    function _beginBatch() private view {
        Groth16Batch.begin({
            alphaX: ALPHA_X,
            alphaY: ALPHA_Y,
            betaX1: BETA_X_C1,
            betaX0: BETA_X_C0,
            betaY1: BETA_Y_C1,
            betaY0: BETA_Y_C0
        });
    }

    /// @dev Adds the items of a batch, which {_measure} has accepted, run by run.
    /// @return valid False if an item is malformed.
    /// @return end Where the records end.
    function _addItems(
        uint256 count,
        uint256 table,
        uint256 pairs
    ) private view returns (bool valid, uint256 end) {
        uint256 current;
        uint256 item = Groth16Batch.ITEMS + 32 * count;
        valid = true;
        end = table;
        while (count != 0 && valid) {
            (bytes32 vkHash, uint256 width, uint256 run) = Groth16Batch.runAt({
                item: item,
                remaining: count
            });
            (current, end) = Groth16Batch.enter({ vkHash: vkHash, table: table, end: end, current: current });
            uint256 stride = Groth16Batch.ITEM_BYTES + 32 * width;
            valid = Groth16Batch.add({
                pair: pairs,
                vkHash: vkHash,
                width: width,
                values: item + Groth16Batch.ITEM_BYTES,
                valuesStride: stride,
                proof: item + 64,
                proofStride: stride,
                count: run
            });
            item += stride * run;
            pairs += Groth16Batch.PAIR_BYTES * run;
            count -= run;
        }
        Groth16Batch.save(current);
    }

    /// @dev Requires that the calldata is the canonical encoding of `count` items as the only argument.
    /// @return keys Upper bound for the number of keys.
    /// @return width Number of values of the longest vector.
    function _measure(uint256 count) private pure returns (uint256 keys, uint256 width) {
        uint256 end;
        (end, keys, width) = Groth16Batch.measure(count);
        if (end == 0) revert ProofVerifier__CalldataLayout();
        _requireCalldata(end);
    }

    /// @dev Requires that the calldata is the canonical encoding of the arguments of {verifyModelBatch}: selector, three
    /// heads, length and values, length and proofs, each right behind the one before.
    /// @return firstProof Where the proofs start.
    function _requireModelBatch(uint256 values, uint256 proofs) private pure returns (uint256 firstProof) {
        firstProof = MODEL_VALUES + 32 * (values + 1);
        _requireCalldata(firstProof + Groth16Batch.PROOF_BYTES * proofs);
        // The offsets point at the lengths and count from behind the selector.
        if (Calldata.word(36) != MODEL_VALUES - 36 || Calldata.word(68) != firstProof - 36) {
            revert ProofVerifier__CalldataLayout();
        }
    }

    function _requireCalldata(uint256 expected) private pure {
        if (msg.data.length != expected) {
            revert ProofVerifier__CalldataLength({ length: msg.data.length, expected: expected });
        }
    }

    /// @dev A failed check is believed only if it cannot have failed for want of gas.
    function _requireGasLeft(uint256 minimum) private view {
        if (gasleft() < minimum) revert ProofVerifier__InsufficientGas(gasleft());
    }
}

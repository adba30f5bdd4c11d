// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Bn254 } from "./Bn254.sol";
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
        Proof calldata
    ) external view override returns (bool) {
        Groth16.begin({
            alphaX: ALPHA_X,
            alphaY: ALPHA_Y,
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
        (uint256 keys, uint256 width) = _measure(items);
        uint256 count = items.length;
        if (count == 0) return true;
        _beginBatch();
        (uint256 table, uint256 pairs) = Groth16Batch.allocate({ count: count, keys: keys, width: width });
        uint256 end = table;
        uint256 current = table;
        bytes32 vkHash;
        bool valid = true;
        for (uint256 i = 0; i < count && valid; ++i) {
            VerificationItem calldata item = items[i];
            if (i == 0 || item.vkHash != vkHash) {
                vkHash = item.vkHash;
                (current, end) = Groth16Batch.enter({
                    vkHash: vkHash,
                    table: table,
                    end: end,
                    current: current
                });
            }
            valid = Groth16Batch.addItem({
                pair: pairs + 192 * i,
                vkHash: vkHash,
                values: item.values,
                proof: item.proof
            });
        }
        Groth16Batch.save(current);
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
        // Selector, three heads, two lengths, values and proofs of 9 words.
        _requireCalldata(4 + 32 * (5 + values.length + 9 * count));
        uint256 width = values.length / count;
        _beginBatch();
        (uint256 table, uint256 pairs) = Groth16Batch.allocate({ count: count, keys: 1, width: width });
        (uint256 current, uint256 end) = Groth16Batch.enter({
            vkHash: vkHash,
            table: table,
            end: table,
            current: table
        });
        bool valid = Groth16Batch.addItems({
            pair: pairs,
            vkHash: vkHash,
            width: width,
            values: values,
            proofs: proofs
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
        _measure(items);
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

    /// @dev Checks the length of the calldata of `items` as the only argument.
    /// @return keys Number of times that the key changes from an item to the next, the first included.
    /// @return width Number of values of the longest vector.
    function _measure(VerificationItem[] calldata items) private pure returns (uint256 keys, uint256 width) {
        // Selector, head, length; for each item its offset, 1 + 1 + 9 words of heads, the length and the values.
        uint256 words = 2 + 13 * items.length;
        bytes32 vkHash;
        for (uint256 i = 0; i < items.length; ++i) {
            VerificationItem calldata item = items[i];
            uint256 length = item.values.length;
            words += length;
            if (length > width) width = length;
            if (i == 0 || item.vkHash != vkHash) ++keys;
            vkHash = item.vkHash;
        }
        _requireCalldata(4 + 32 * words);
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SSTORE2 } from "solady/src/utils/SSTORE2.sol";
import { DevCeremony } from "../verify/DevCeremony.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Statement } from "../verify/Statement.sol";
import { VerificationKey } from "../verify/types/VerificationKey.sol";
import { IModelRegistry } from "./IModelRegistry.sol";
import { PayeeSet } from "./PayeeSet.sol";
import { Model } from "./types/Model.sol";
import { Payee } from "./types/Payee.sol";
import { Setup } from "./types/Setup.sol";
import { SetupKind } from "./types/SetupKind.sol";
import { TensorSpec } from "./types/TensorSpec.sol";
import { Version } from "./types/Version.sol";
import { VersionConfig } from "./types/VersionConfig.sol";
import { VersionStatus } from "./types/VersionStatus.sol";
import { Visibility } from "./types/Visibility.sol";
import { VersionRecord } from "./VersionRecord.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry}.
contract ModelRegistry is IModelRegistry {
    /// @dev What of a model changes, and where the rest is.
    struct ModelState {
        address owner;
        uint32 versionCount;
        address payees; // code of the payee set of later versions
        address proposedOwner;
        address texts; // code of abi.encode(name, licence)
    }

    /// @dev One slot a version.
    struct VersionState {
        address record; // code of the version's record
        uint40 registeredAt;
        VersionStatus status;
    }

    uint256 private constant MAX_NAME_BYTES = 128;
    uint256 private constant MAX_URI_BYTES = 1_024;
    uint256 private constant PRICE_UNIT = 10_000;

    // ------------------------------------------------------------------------------------------------- immutables

    /// @inheritdoc IModelRegistry
    IProofVerifier public immutable override verifier;

    /// @inheritdoc IModelRegistry
    bool public immutable override allowDev;

    // ---------------------------------------------------------------------------------------------------- storage

    /// @inheritdoc IModelRegistry
    uint256 public override modelCount;

    mapping(uint256 modelId => ModelState) private _models;
    mapping(uint256 versionId => VersionState) private _versions;

    // ------------------------------------------------------------------------------------------------ constructor

    /// @param verifier_ The verifier that keys are registered with.
    /// @param allowDev_ Whether dev setups may be registered; the verifier has to allow them too.
    constructor(IProofVerifier verifier_, bool allowDev_) {
        if (!verifier_.allowDev() && allowDev_) revert ModelRegistry__DevSetupRefused();
        verifier = verifier_;
        allowDev = allowDev_;
    }

    // --------------------------------------------------------------------------------------------------- external

    /// @inheritdoc IModelRegistry
    function registerModel(
        string calldata name,
        string calldata licence,
        Payee[] calldata payees
    ) external override returns (uint256 modelId) {
        _checkText(name, MAX_NAME_BYTES);
        _checkText(licence, MAX_NAME_BYTES);
        modelId = ++modelCount;
        ModelState storage state = _models[modelId];
        state.owner = msg.sender;
        state.payees = PayeeSet.write(payees);
        state.texts = SSTORE2.write(abi.encode(name, licence));
        emit ModelRegistered({ modelId: modelId, owner: msg.sender, name: name, licence: licence });
        emit PayeesSet({ modelId: modelId, payees: payees });
    }

    /// @inheritdoc IModelRegistry
    function registerVersion(
        uint256 modelId,
        VersionConfig calldata config,
        VerificationKey calldata key
    ) external override returns (uint256 versionId) {
        // Checks.
        ModelState storage state = _ownedModel(modelId);
        _checkText(config.uri, MAX_URI_BYTES);
        if (config.modelHash == 0 || config.circuitHash == 0) revert ModelRegistry__ZeroHash();
        if (config.price % PRICE_UNIT != 0) revert ModelRegistry__PriceNotMultiple(config.price);
        if (config.output.visibility == Visibility.Committed) revert ModelRegistry__CommittedOutput();
        _checkSetup(config.setup, key.ceremonyId);

        // Interaction: the verifier is fixed at deployment and calls nobody.
        bytes32 vkHash = verifier.registerKey(key);

        // Effects.
        versionId = (modelId << 32) | ++state.versionCount;
        address record = VersionRecord.write({
            config: config,
            vkHash: vkHash,
            inputWords: _words(config.input),
            outputWords: _words(config.output),
            payees: state.payees
        });
        _versions[versionId] = VersionState({
            record: record,
            registeredAt: uint40(block.timestamp),
            status: VersionStatus.Active
        });
        emit VersionRegistered({
            versionId: versionId,
            modelId: modelId,
            vkHash: vkHash,
            modelHash: config.modelHash,
            circuitHash: config.circuitHash,
            setupKind: config.setup.kind,
            price: config.price,
            uri: config.uri
        });
    }

    /// @inheritdoc IModelRegistry
    function setVersionStatus(uint256 versionId, VersionStatus status) external override {
        VersionState storage state = _versionState(versionId);
        _ownedModel(versionId >> 32);
        if (state.status == status) revert ModelRegistry__SameStatus(versionId, status);
        state.status = status;
        emit VersionStatusSet({ versionId: versionId, status: status });
    }

    /// @inheritdoc IModelRegistry
    function setPayees(uint256 modelId, Payee[] calldata payees) external override {
        _ownedModel(modelId).payees = PayeeSet.write(payees);
        emit PayeesSet({ modelId: modelId, payees: payees });
    }

    /// @inheritdoc IModelRegistry
    function proposeOwner(uint256 modelId, address next) external override {
        _ownedModel(modelId).proposedOwner = next;
        emit OwnerProposed({ modelId: modelId, owner: msg.sender, proposedOwner: next });
    }

    /// @inheritdoc IModelRegistry
    function acceptOwner(uint256 modelId) external override {
        ModelState storage state = _models[modelId];
        if (msg.sender != state.proposedOwner) revert ModelRegistry__NotProposedOwner(modelId, msg.sender);
        address previous = state.owner;
        state.owner = msg.sender;
        delete state.proposedOwner;
        emit OwnerChanged({ modelId: modelId, previousOwner: previous, owner: msg.sender });
    }

    // ------------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IModelRegistry
    function settlementTerms(
        uint256 versionId
    )
        external
        view
        override
        returns (bytes32 vkHash, uint256 price, uint256 inputWords, uint256 outputWords, bool active)
    {
        VersionState storage state = _versionState(versionId);
        active = state.status == VersionStatus.Active;
        (vkHash, price, inputWords, outputWords) = VersionRecord.readTerms(state.record);
    }

    /// @inheritdoc IModelRegistry
    function version(uint256 versionId) external view override returns (Version memory record) {
        VersionState storage state = _versionState(versionId);
        record = VersionRecord.read(state.record);
        record.modelId = versionId >> 32;
        record.status = state.status;
        record.registeredAt = state.registeredAt;
    }

    /// @inheritdoc IModelRegistry
    function model(uint256 modelId) external view override returns (Model memory record) {
        ModelState storage state = _knownModel(modelId);
        record.owner = state.owner;
        record.proposedOwner = state.proposedOwner;
        record.versionCount = state.versionCount;
        (record.name, record.licence) = abi.decode(SSTORE2.read(state.texts), (string, string));
        record.payees = PayeeSet.read(state.payees);
    }

    /// @inheritdoc IModelRegistry
    function payeesOf(uint256 versionId) external view override returns (Payee[] memory) {
        return PayeeSet.read(VersionRecord.readPayees(_versionState(versionId).record));
    }

    /// @inheritdoc IModelRegistry
    function payeeAt(uint256 versionId, uint256 index) external view override returns (Payee memory) {
        address payees = VersionRecord.readPayees(_versionState(versionId).record);
        if (index >= PayeeSet.length(payees)) revert ModelRegistry__UnknownPayee(versionId, index);
        return PayeeSet.at(payees, index);
    }

    /// @inheritdoc IModelRegistry
    function versionCount(uint256 modelId) external view override returns (uint256) {
        return _models[modelId].versionCount;
    }

    /// @inheritdoc IModelRegistry
    function proofSystemId() external pure override returns (bytes4) {
        return bytes4(keccak256("groth16-bn254-v1"));
    }

    // -------------------------------------------------------------------------------------------------- internals

    function _knownModel(uint256 modelId) private view returns (ModelState storage state) {
        state = _models[modelId];
        if (state.owner == address(0)) revert ModelRegistry__UnknownModel(modelId);
    }

    function _ownedModel(uint256 modelId) private view returns (ModelState storage state) {
        state = _knownModel(modelId);
        if (msg.sender != state.owner) revert ModelRegistry__NotOwner(modelId, msg.sender);
    }

    function _versionState(uint256 versionId) private view returns (VersionState storage state) {
        state = _versions[versionId];
        if (state.record == address(0)) revert ModelRegistry__UnknownVersion(versionId);
    }

    function _checkText(string calldata text, uint256 maximum) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maximum)
            revert ModelRegistry__TextLength({ length: length, maximum: maximum });
    }

    /// @dev The kind has to be that of the key, and to claim neither less nor more than its kind has.
    function _checkSetup(Setup calldata setup, bytes32 ceremonyId) private view {
        bool isDev = setup.kind == SetupKind.Dev;
        if (isDev != (ceremonyId == DevCeremony.ID)) {
            revert ModelRegistry__SetupKindMismatch({ kind: setup.kind, ceremonyId: ceremonyId });
        }
        if (isDev && !allowDev) revert ModelRegistry__DevSetupRefused();
        bool sound =
            isDev
                ? setup.ptauHash == 0 && setup.transcriptHash == 0 && setup.contributions == 0
                : setup.ptauHash != 0 && setup.transcriptHash != 0 && setup.contributions != 0;
        if (!sound) revert ModelRegistry__SetupFields(setup.kind);
    }

    /// @dev Values of the public vector that a tensor takes: at most its count, so a uint32.
    function _words(TensorSpec calldata spec) private pure returns (uint32) {
        if (spec.count == 0) revert ModelRegistry__EmptyTensor();
        uint256 words = Statement.wordCount(spec.count, spec.bits);
        return spec.visibility == Visibility.Committed ? 1 : uint32(words);
    }
}

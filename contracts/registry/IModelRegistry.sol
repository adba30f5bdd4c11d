// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { VerificationKey } from "../verify/types/VerificationKey.sol";
import { Model } from "./types/Model.sol";
import { Payee } from "./types/Payee.sol";
import { SetupKind } from "./types/SetupKind.sol";
import { Version } from "./types/Version.sol";
import { VersionConfig } from "./types/VersionConfig.sol";
import { VersionStatus } from "./types/VersionStatus.sol";

/// @title IModelRegistry
/// @notice Models and their versions. A version binds a model file, a circuit, a verification key, a price and the
/// payees, once and for all.
/// @dev Names follow ERC-7992 (`modelHash`, `circuitHash`, `vkHash`, `proofSystemId`, `uri`, deprecation) but for its
/// `updateModel`: a commitment that can be replaced under the same id commits to nothing, so here a change is a new
/// version with a new id, and an order names a version.
///
/// Ids: `versionId = (modelId << 32) | number`, both counted from 1. Nobody but a model's owner changes anything, and
/// no change touches what a registered version promises: not its key, price or payees.
interface IModelRegistry {
    /// @notice A model was registered.
    event ModelRegistered(uint256 indexed modelId, address indexed owner, string name, string licence);

    /// @notice The payees of a model's later versions were set.
    event PayeesSet(uint256 indexed modelId, Payee[] payees);

    /// @notice A version was registered.
    event VersionRegistered(
        uint256 indexed versionId,
        uint256 indexed modelId,
        bytes32 indexed vkHash,
        bytes32 modelHash,
        bytes32 circuitHash,
        SetupKind setupKind,
        uint96 price,
        string uri
    );

    /// @notice A version was deprecated or made active again.
    event VersionStatusSet(uint256 indexed versionId, VersionStatus status);

    /// @notice `proposedOwner` may now accept the ownership of a model; zero withdraws an earlier proposal.
    event OwnerProposed(uint256 indexed modelId, address indexed owner, address indexed proposedOwner);

    /// @notice The ownership of a model was accepted.
    event OwnerChanged(uint256 indexed modelId, address indexed previousOwner, address indexed owner);

    /// @notice There is no model with this id.
    error ModelRegistry__UnknownModel(uint256 modelId);

    /// @notice There is no version with this id.
    error ModelRegistry__UnknownVersion(uint256 versionId);

    /// @notice Only the model's owner may do this.
    error ModelRegistry__NotOwner(uint256 modelId, address caller);

    /// @notice Only the proposed owner may accept the ownership.
    error ModelRegistry__NotProposedOwner(uint256 modelId, address caller);

    /// @notice The version has this status already.
    error ModelRegistry__SameStatus(uint256 versionId, VersionStatus status);

    /// @notice A name, licence or uri is empty or longer than `maximum` bytes.
    error ModelRegistry__TextLength(uint256 length, uint256 maximum);

    /// @notice A model has 1 to 16 payees.
    error ModelRegistry__PayeeCount(uint256 count);

    /// @notice A payee is the zero address or has no share.
    error ModelRegistry__EmptyPayee(uint256 index);

    /// @notice A payee is listed twice.
    error ModelRegistry__DuplicatePayee(address account);

    /// @notice Shares add up to 10,000 basis points.
    error ModelRegistry__SharesSum(uint256 bps);

    /// @notice The model or the circuit hash is zero.
    error ModelRegistry__ZeroHash();

    /// @notice A tensor has no values.
    error ModelRegistry__EmptyTensor();

    /// @notice Outputs are always public.
    error ModelRegistry__CommittedOutput();

    /// @notice The price is not a multiple of 10,000.
    error ModelRegistry__PriceNotMultiple(uint96 price);

    /// @notice The setup's kind is not that of the ceremony the key belongs to.
    error ModelRegistry__SetupKindMismatch(SetupKind kind, bytes32 ceremonyId);

    /// @notice A ceremony needs both hashes and a contribution; a dev setup has none of them.
    error ModelRegistry__SetupFields(SetupKind kind);

    /// @notice Dev setups are refused by this registry, or by its verifier.
    error ModelRegistry__DevSetupRefused();

    /// @notice The payee set has no payee with this index.
    error ModelRegistry__UnknownPayee(uint256 versionId, uint256 index);

    /// @notice Registers a model; the caller owns it.
    /// @dev Reverts with {ModelRegistry__TextLength}, {ModelRegistry__PayeeCount}, {ModelRegistry__EmptyPayee},
    /// {ModelRegistry__DuplicatePayee} and {ModelRegistry__SharesSum}.
    /// @param name 1 to 128 bytes.
    /// @param licence 1 to 128 bytes.
    /// @param payees 1 to 16 payees whose shares add up to 10,000.
    function registerModel(
        string calldata name,
        string calldata licence,
        Payee[] calldata payees
    ) external returns (uint256 modelId);

    /// @notice Registers an immutable version and its key. It is paid to the payees that the model has now. Owner only.
    /// @dev Registers the key with the verifier, whose errors it passes on. Reverts with {ModelRegistry__UnknownModel},
    /// {ModelRegistry__NotOwner}, {ModelRegistry__TextLength} (uri of 1 to 1,024 bytes), {ModelRegistry__ZeroHash},
    /// {ModelRegistry__EmptyTensor}, `Statement__BitsOutOfRange`, {ModelRegistry__CommittedOutput},
    /// {ModelRegistry__PriceNotMultiple}, {ModelRegistry__SetupKindMismatch}, {ModelRegistry__SetupFields} and
    /// {ModelRegistry__DevSetupRefused}. One key may serve several versions, of other models too: refusing that would
    /// let anyone block a model by registering its key first.
    function registerVersion(
        uint256 modelId,
        VersionConfig calldata config,
        VerificationKey calldata key
    ) external returns (uint256 versionId);

    /// @notice Deprecates a version or makes it active again. Owner only.
    /// @dev Reverts with {ModelRegistry__UnknownVersion}, {ModelRegistry__NotOwner} and {ModelRegistry__SameStatus}.
    function setVersionStatus(uint256 versionId, VersionStatus status) external;

    /// @notice Sets the payees of versions registered later. Owner only.
    /// @dev Reverts as {registerModel} does, and with {ModelRegistry__UnknownModel} and {ModelRegistry__NotOwner}.
    function setPayees(uint256 modelId, Payee[] calldata payees) external;

    /// @notice Offers a model to a new owner, who has to accept; zero withdraws the offer. Owner only.
    /// @dev Reverts with {ModelRegistry__UnknownModel} and {ModelRegistry__NotOwner}.
    function proposeOwner(uint256 modelId, address next) external;

    /// @notice Takes over a model that was offered to the caller.
    /// @dev Reverts with {ModelRegistry__NotProposedOwner}.
    function acceptOwner(uint256 modelId) external;

    /// @notice All that settling an inference needs, for one storage slot and one code read.
    /// @dev Reverts with {ModelRegistry__UnknownVersion}.
    /// @return vkHash Hash of the version's key.
    /// @return price Price of an inference, a multiple of 10,000.
    /// @return inputWords Values of the public vector that the input takes.
    /// @return outputWords Values of the public vector that the output takes.
    /// @return active Whether the version takes new work.
    function settlementTerms(
        uint256 versionId
    )
        external
        view
        returns (bytes32 vkHash, uint256 price, uint256 inputWords, uint256 outputWords, bool active);

    /// @notice The version's record. Reverts with {ModelRegistry__UnknownVersion}.
    function version(uint256 versionId) external view returns (Version memory);

    /// @notice The model's record. Reverts with {ModelRegistry__UnknownModel}.
    function model(uint256 modelId) external view returns (Model memory);

    /// @notice The payees of a version. Reverts with {ModelRegistry__UnknownVersion}.
    function payeesOf(uint256 versionId) external view returns (Payee[] memory);

    /// @notice One payee of a version.
    /// @dev Reverts with {ModelRegistry__UnknownVersion} and {ModelRegistry__UnknownPayee}.
    function payeeAt(uint256 versionId, uint256 index) external view returns (Payee memory);

    /// @notice Number of models; their ids run from 1.
    function modelCount() external view returns (uint256);

    /// @notice Number of versions of a model; zero when there is no such model.
    function versionCount(uint256 modelId) external view returns (uint256);

    /// @notice The verifier that holds the keys.
    function verifier() external view returns (IProofVerifier);

    /// @notice Whether dev setups may be registered here.
    function allowDev() external view returns (bool);

    /// @notice `bytes4(keccak256("groth16-bn254-v1"))`: the proof system of every version (ERC-7992).
    function proofSystemId() external pure returns (bytes4);
}

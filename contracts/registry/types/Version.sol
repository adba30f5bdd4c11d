// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Setup } from "./Setup.sol";
import { TensorSpec } from "./TensorSpec.sol";
import { VersionStatus } from "./VersionStatus.sol";

/// @notice All that is on record about a version. Everything but `status` is immutable.
/// @param modelId Model that the version belongs to.
/// @param modelHash SHA-256 of the ONNX file.
/// @param circuitHash SHA-256 of the .r1cs file.
/// @param vkHash Hash of the verification key, registered with the verifier.
/// @param input The input tensor.
/// @param output The output tensor.
/// @param inputWords Values of the public vector that the input takes.
/// @param outputWords Values of the public vector that the output takes.
/// @param setup The trusted setup of the key.
/// @param price Price of an inference, a multiple of 10,000.
/// @param status Active or deprecated.
/// @param registeredAt Time of registration, in seconds.
/// @param uri Where the version's files are published.
struct Version {
    uint256 modelId;
    bytes32 modelHash;
    bytes32 circuitHash;
    bytes32 vkHash;
    TensorSpec input;
    TensorSpec output;
    uint32 inputWords;
    uint32 outputWords;
    Setup setup;
    uint96 price;
    VersionStatus status;
    uint40 registeredAt;
    string uri;
}

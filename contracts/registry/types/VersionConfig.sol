// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Setup } from "./Setup.sol";
import { TensorSpec } from "./TensorSpec.sol";

/// @notice What the owner of a model says about a new version.
/// @param modelHash SHA-256 of the ONNX file.
/// @param circuitHash SHA-256 of the .r1cs file.
/// @param input The input tensor.
/// @param output The output tensor, always public.
/// @param setup The trusted setup of the key.
/// @param price Price of an inference in the settlement token's smallest unit, a multiple of 10,000 so that every
/// basis-point share of it is exact.
/// @param uri Where the ONNX file, circuit, transcript and model card are published.
struct VersionConfig {
    bytes32 modelHash;
    bytes32 circuitHash;
    TensorSpec input;
    TensorSpec output;
    Setup setup;
    uint96 price;
    string uri;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IInferenceConsumer } from "../../settlement/IInferenceConsumer.sol";

/// @notice A well-behaved consumer that remembers what it was told, and how much gas it was given.
contract Consumer is IInferenceConsumer {
    bytes32 public requestId;
    uint256 public versionId;
    uint256[] public outputs;
    uint256 public gasGiven;
    uint256 public calls;

    function onInference(bytes32 requestId_, uint256 versionId_, uint256[] calldata outputs_) external {
        gasGiven = gasleft();
        requestId = requestId_;
        versionId = versionId_;
        outputs = outputs_;
        ++calls;
    }
}

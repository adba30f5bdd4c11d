// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IInferenceConsumer } from "../../settlement/IInferenceConsumer.sol";

/// @notice Answers with as much data as its gas allows, so that a caller who copies it pays for it.
contract ReturnBomb is IInferenceConsumer {
    bool private immutable _reverts;

    constructor(bool reverts_) {
        _reverts = reverts_;
    }

    function onInference(bytes32, uint256, uint256[] calldata) external view {
        bool reverts_ = _reverts;
        // 250,000 gas pay for the expansion of about 300 kB of memory.
        assembly ("memory-safe") {
            if reverts_ {
                revert(0, 300000)
            }
            return(0, 300000)
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { IInferenceConsumer } from "../../settlement/IInferenceConsumer.sol";

/// @notice Burns all the gas it is given, as a consumer and as a smart wallet.
contract GasBurner is IInferenceConsumer, IERC1271 {
    function onInference(bytes32, uint256, uint256[] calldata) external pure {
        _burn();
    }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        _burn();
    }

    /// @dev INVALID consumes all gas of the frame.
    function _burn() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

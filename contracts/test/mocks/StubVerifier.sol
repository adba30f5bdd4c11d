// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Proof } from "../../verify/types/Proof.sol";
import { VerificationItem } from "../../verify/types/VerificationItem.sol";

/// @notice A verifier that accepts exactly the statements it was told of.
/// @dev A Solidity test cannot compute Groth16 proofs. What settlement relies on is that the verifier accepts (key,
/// public values) only if somebody proved them; this stub is that promise itself, so that a test can state every
/// payment that was not earned. The proof bytes are ignored; the real verifier has its own tests, and settlement is
/// tested with it in TypeScript.
contract StubVerifier {
    mapping(bytes32 statement => bool) private _proved;

    /// @notice From now on this statement has a valid proof.
    function accept(bytes32 vkHash, uint256[] calldata values) external {
        _proved[_statement(vkHash, values)] = true;
    }

    function verify(bytes32 vkHash, uint256[] calldata values, Proof calldata) external view returns (bool) {
        return isProved(vkHash, values);
    }

    function verifyBatch(VerificationItem[] calldata items) external view returns (bool) {
        for (uint256 i = 0; i < items.length; ++i) {
            if (!isProved(items[i].vkHash, items[i].values)) return false;
        }
        return true;
    }

    function verifyModelBatch(
        bytes32 vkHash,
        uint256[] calldata values,
        Proof[] calldata proofs
    ) external view returns (bool) {
        uint256 width = values.length / proofs.length;
        for (uint256 i = 0; i < proofs.length; ++i) {
            if (!isProved(vkHash, values[i * width:(i + 1) * width])) return false;
        }
        return true;
    }

    function invalidItems(
        VerificationItem[] calldata items
    ) external view returns (uint256[] memory indices) {
        uint256[] memory found = new uint256[](items.length);
        uint256 count;
        for (uint256 i = 0; i < items.length; ++i) {
            if (!isProved(items[i].vkHash, items[i].values)) found[count++] = i;
        }
        indices = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) indices[i] = found[i];
    }

    function isProved(bytes32 vkHash, uint256[] calldata values) public view returns (bool) {
        return _proved[_statement(vkHash, values)];
    }

    function _statement(bytes32 vkHash, uint256[] calldata values) private pure returns (bytes32) {
        return keccak256(abi.encode(vkHash, values));
    }
}

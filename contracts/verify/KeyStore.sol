// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SSTORE2 } from "solady/src/utils/SSTORE2.sol";
import { VerificationKey } from "./types/VerificationKey.sol";

/// @title KeyStore
/// @notice Keeps each verification key as the code of a contract whose CREATE2 address follows from the key's hash, so
/// that neither storing nor finding a key touches a storage slot.
/// @dev Blob of 416 bytes, big-endian words: `ceremonyId | delta (4 words) | ic (8 words)`. Code at the address can only
/// come from {write} in this contract, so code there means that the key was registered here.
library KeyStore {
    /// @dev CREATE2 salt of every key: the creation code alone tells keys apart.
    bytes32 private constant SALT = 0;

    /// @dev Bytes of the blob.
    uint256 private constant BLOB_BYTES = 416;

    /// @notice Encodes a key whose `ic` has 8 words.
    function encode(VerificationKey calldata key) internal pure returns (bytes memory) {
        return abi.encodePacked(key.ceremonyId, key.delta, key.ic);
    }

    /// @notice Hash of the key encoded in `blob`.
    function hash(bytes memory blob) internal pure returns (bytes32) {
        return SSTORE2.initCodeHash(blob);
    }

    /// @notice Stores an encoded key that is not stored yet.
    function write(bytes memory blob) internal returns (address) {
        return SSTORE2.writeCounterfactual({ data: blob, salt: SALT });
    }

    /// @notice The key with this hash. With no such key, `ceremonyId` is zero.
    function read(bytes32 vkHash) internal view returns (VerificationKey memory key) {
        address keyAddress = pointer(vkHash);
        if (keyAddress.code.length == 0) return key;
        bytes memory blob = SSTORE2.read(keyAddress);
        uint256[13] memory words;
        // The lengths agree: only `write` creates code here, and only of blobs of `encode`.
        assembly ("memory-safe") {
            mcopy(words, add(blob, 0x20), BLOB_BYTES) // the blob's bytes without the length word
        }
        key.ceremonyId = bytes32(words[0]);
        key.ic = new uint256[](8);
        for (uint256 i = 0; i < 4; ++i) key.delta[i] = words[1 + i];
        for (uint256 i = 0; i < 8; ++i) key.ic[i] = words[5 + i];
    }

    /// @notice Address that holds the key with this hash, whether it is registered or not.
    function pointer(bytes32 vkHash) internal view returns (address keyAddress) {
        assembly ("memory-safe") {
            let m := mload(0x40) // free memory, used and left behind
            mstore(m, or(shl(160, 0xff), address())) // 11 zero bytes | 0xff | this contract
            mstore(add(m, 0x20), SALT) // the salt
            mstore(add(m, 0x40), vkHash) // the hash of the creation code
            keyAddress := shr(96, shl(96, keccak256(add(m, 11), 85))) // EIP-1014
        }
    }
}

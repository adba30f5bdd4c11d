// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SSTORE2 } from "solady/src/utils/SSTORE2.sol";
import { Setup } from "./types/Setup.sol";
import { SetupKind } from "./types/SetupKind.sol";
import { TensorSpec } from "./types/TensorSpec.sol";
import { Version } from "./types/Version.sol";
import { VersionConfig } from "./types/VersionConfig.sol";
import { Visibility } from "./types/Visibility.sol";

/// @title VersionRecord
/// @notice The immutable part of a version, kept as the code of a contract (SSTORE2). What settlement needs comes first.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 32 | vkHash |
/// | 32 | 12 | price |
/// | 44 | 4 + 4 | input words, output words |
/// | 52 | 20 | address of the payee set |
/// | 72 | 32 + 32 | modelHash, circuitHash |
/// | 136 | 9 + 9 | input, output: count (4), bits (1), isSigned (1), scale (2), visibility (1) |
/// | 154 | 1 + 4 | setup: kind, contributions |
/// | 159 | 32 + 32 | setup: ptauHash, transcriptHash |
/// | 223 | rest | uri |
library VersionRecord {
    /// @dev Bytes before the uri.
    uint256 private constant URI_OFFSET = 223;

    /// @notice Stores the record of a new version.
    function write(
        VersionConfig calldata config,
        bytes32 vkHash,
        uint32 inputWords,
        uint32 outputWords,
        address payees
    ) internal returns (address) {
        bytes memory terms = abi.encodePacked(vkHash, config.price, inputWords, outputWords, payees);
        bytes memory hashes = abi.encodePacked(config.modelHash, config.circuitHash);
        bytes memory specs = bytes.concat(_encode(config.input), _encode(config.output));
        bytes memory setup = _encode(config.setup);
        return SSTORE2.write(bytes.concat(terms, hashes, specs, setup, bytes(config.uri)));
    }

    /// @notice The terms of the record at `pointer`, read alone.
    function readTerms(
        address pointer
    ) internal view returns (bytes32 vkHash, uint256 price, uint256 inputWords, uint256 outputWords) {
        uint256 rest;
        assembly ("memory-safe") {
            extcodecopy(pointer, 0x00, 1, 0x40) // two words into scratch space, past SSTORE2's STOP byte
            vkHash := mload(0x00)
            rest := mload(0x20)
        }
        price = rest >> 160;
        inputWords = uint32(rest >> 128);
        outputWords = uint32(rest >> 96);
    }

    /// @notice Address of the payee set of the record at `pointer`, read alone.
    function readPayees(address pointer) internal view returns (address payees) {
        assembly ("memory-safe") {
            mstore(0x00, 0) // the address goes to the low 20 bytes
            extcodecopy(pointer, 0x0c, 53, 20) // past SSTORE2's STOP byte
            payees := mload(0x00)
        }
    }

    /// @notice The whole record at `pointer`. Leaves `modelId`, `status` and `registeredAt` at zero.
    function read(address pointer) internal view returns (Version memory version) {
        bytes memory record = SSTORE2.read(pointer);
        uint256 terms = _word(record, 32);
        version.vkHash = bytes32(_word(record, 0));
        version.price = uint96(terms >> 160);
        version.inputWords = uint32(terms >> 128);
        version.outputWords = uint32(terms >> 96);
        version.modelHash = bytes32(_word(record, 72));
        version.circuitHash = bytes32(_word(record, 104));
        version.input = _decode(_word(record, 136));
        version.output = _decode(_word(record, 145));
        version.setup = Setup({
            kind: SetupKind(_word(record, 154) >> 248),
            contributions: uint32(_word(record, 155) >> 224),
            ptauHash: bytes32(_word(record, 159)),
            transcriptHash: bytes32(_word(record, 191))
        });
        version.uri = string(SSTORE2.read({ pointer: pointer, start: URI_OFFSET }));
    }

    function _encode(TensorSpec calldata spec) private pure returns (bytes memory) {
        return abi.encodePacked(spec.count, spec.bits, spec.isSigned, spec.scale, spec.visibility);
    }

    function _encode(Setup calldata setup) private pure returns (bytes memory) {
        return abi.encodePacked(setup.kind, setup.contributions, setup.ptauHash, setup.transcriptHash);
    }

    /// @dev A specification from the top 9 bytes of a word.
    function _decode(uint256 word) private pure returns (TensorSpec memory) {
        return
            TensorSpec({
                count: uint32(word >> 224),
                bits: uint8(word >> 216),
                isSigned: uint8(word >> 208) == 1,
                scale: int16(uint16(word >> 192)),
                visibility: Visibility(uint8(word >> 184))
            });
    }

    /// @dev The word that starts at byte `offset`; the caller knows that the record reaches so far.
    function _word(bytes memory record, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(record, 0x20), offset)) // past the length
        }
    }
}

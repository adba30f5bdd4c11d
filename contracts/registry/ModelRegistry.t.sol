// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ProofSimulator } from "../test/ProofSimulator.sol";
import { TestBase } from "../test/TestBase.sol";
import { ProofVerifier } from "../verify/ProofVerifier.sol";
import { IModelRegistry } from "./IModelRegistry.sol";
import { ModelRegistry } from "./ModelRegistry.sol";
import { Payee } from "./types/Payee.sol";
import { Setup } from "./types/Setup.sol";
import { SetupKind } from "./types/SetupKind.sol";
import { TensorSpec } from "./types/TensorSpec.sol";
import { Version } from "./types/Version.sol";
import { VersionConfig } from "./types/VersionConfig.sol";
import { VersionStatus } from "./types/VersionStatus.sol";
import { Visibility } from "./types/Visibility.sol";

contract ModelRegistryTest is TestBase {
    IModelRegistry private registry;

    function setUp() public {
        registry = new ModelRegistry(new ProofVerifier(ProofSimulator.ceremony(), false), false);
    }

    function testFuzz_KeepsEveryListOfPayees(uint256 seed, uint256 count) external {
        Payee[] memory payees = _payees(seed, bound(count, 1, 16));
        uint256 modelId = registry.registerModel("name", "licence", payees);
        assertEq(keccak256(abi.encode(registry.model(modelId).payees)), keccak256(abi.encode(payees)));
    }

    function testFuzz_KeepsEveryFieldOfAVersion(uint256 seed, string memory uri) external {
        VersionConfig memory config = _config(seed, uri);
        Payee[] memory payees = _payees(seed, 2);
        uint256 modelId = registry.registerModel("name", "licence", payees);
        uint256 versionId = registry.registerVersion(modelId, config, ProofSimulator.key(0));
        assertEq(versionId, (modelId << 32) | 1);

        Version memory version = registry.version(versionId);
        assertEq(version.modelId, modelId);
        VersionConfig memory kept = VersionConfig({
            modelHash: version.modelHash,
            circuitHash: version.circuitHash,
            input: version.input,
            output: version.output,
            setup: version.setup,
            price: version.price,
            uri: version.uri
        });
        assertEq(keccak256(abi.encode(kept)), keccak256(abi.encode(config)));
        assertEq(keccak256(abi.encode(registry.payeesOf(versionId))), keccak256(abi.encode(payees)));
        for (uint256 i = 0; i < payees.length; ++i) {
            assertEq(keccak256(abi.encode(registry.payeeAt(versionId, i))), keccak256(abi.encode(payees[i])));
        }
    }

    function testFuzz_TermsAreThoseOfTheRecord(uint256 seed, bool deprecated) external {
        VersionConfig memory config = _config(seed, "ipfs://version");
        uint256 modelId = registry.registerModel("name", "licence", _payees(0, 1));
        uint256 versionId = registry.registerVersion(modelId, config, ProofSimulator.key(0));
        if (deprecated) registry.setVersionStatus(versionId, VersionStatus.Deprecated);
        (bytes32 vkHash, uint256 price, uint256 inputWords, uint256 outputWords, bool active) = registry
            .settlementTerms(versionId);
        assertEq(vkHash, registry.version(versionId).vkHash);
        assertEq(price, config.price);
        bool committed = config.input.visibility == Visibility.Committed;
        assertEq(inputWords, committed ? 1 : _words(config.input));
        assertEq(outputWords, _words(config.output));
        assertEq(active, !deprecated);
    }

    /// @dev The fewest words whose lanes hold the tensor, counted without a division of the count.
    function _words(TensorSpec memory spec) private pure returns (uint256 words) {
        uint256 perWord = 248 / uint256(spec.bits);
        words = spec.count / perWord;
        if (words * perWord < spec.count) ++words;
    }

    /// @dev `count` different accounts with shares above zero that sum to the whole.
    function _payees(uint256 seed, uint256 count) private pure returns (Payee[] memory payees) {
        payees = new Payee[](count);
        uint256 rest = 10_000;
        for (uint256 i = 0; i < count; ++i) {
            uint256 left = count - 1 - i;
            uint256 share = left == 0 ? rest : 1 + (uint256(keccak256(abi.encode(seed, i))) % (rest - left));
            payees[i] = Payee({
                account: address(uint160(uint256(keccak256(abi.encode("payee", seed, i))))),
                bps: uint16(share)
            });
            rest -= share;
        }
    }

    /// @dev A configuration that the registry accepts.
    function _config(uint256 seed, string memory uri) private pure returns (VersionConfig memory config) {
        config.modelHash = _word(seed, 0);
        config.circuitHash = _word(seed, 1);
        config.input = _spec(uint256(_word(seed, 2)));
        config.output = _spec(uint256(_word(seed, 3)));
        config.output.visibility = Visibility.Public;
        config.setup = Setup({
            kind: SetupKind.Ceremony,
            ptauHash: _word(seed, 4),
            transcriptHash: _word(seed, 5),
            contributions: uint32(uint256(_word(seed, 6))) | 1
        });
        config.price = uint96(uint256(_word(seed, 7)));
        config.price -= config.price % 10_000;
        uint256 length = bytes(uri).length;
        config.uri = length == 0 || length > 1_024 ? "ipfs://version" : uri;
    }

    function _spec(uint256 seed) private pure returns (TensorSpec memory) {
        return
            TensorSpec({
                count: uint32(seed) | 1,
                bits: uint8(1 + ((seed >> 32) % 248)),
                isSigned: (seed >> 40) & 1 == 1,
                scale: int16(uint16(seed >> 41)),
                visibility: (seed >> 57) & 1 == 1 ? Visibility.Committed : Visibility.Public
            });
    }

    function _word(uint256 seed, uint256 index) private pure returns (bytes32) {
        return keccak256(abi.encode(seed, index));
    }
}

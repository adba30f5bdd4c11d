// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Payee } from "../../registry/types/Payee.sol";
import { Terms } from "../../settlement/types/Terms.sol";

/// @notice What settlement calls of the registry, with terms chosen by the test.
contract StubRegistry {
    address public immutable verifier;

    mapping(uint256 versionId => Terms) private _terms;
    mapping(uint256 versionId => Payee[]) private _payees;

    constructor(address verifier_) {
        verifier = verifier_;
    }

    function add(Terms calldata terms, Payee[] calldata payees) external {
        _terms[terms.versionId] = terms;
        for (uint256 i = 0; i < payees.length; ++i) _payees[terms.versionId].push(payees[i]);
    }

    function setActive(uint256 versionId, bool active) external {
        _terms[versionId].active = active;
    }

    function settlementTerms(
        uint256 versionId
    )
        external
        view
        returns (bytes32 vkHash, uint256 price, uint256 inputWords, uint256 outputWords, bool active)
    {
        Terms storage terms = _terms[versionId];
        return (terms.vkHash, terms.price, terms.inputWords, terms.outputWords, terms.active);
    }

    function payeesOf(uint256 versionId) external view returns (Payee[] memory) {
        return _payees[versionId];
    }

    function payeeAt(uint256 versionId, uint256 index) external view returns (Payee memory) {
        return _payees[versionId][index];
    }
}

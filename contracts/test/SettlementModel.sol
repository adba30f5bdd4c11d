// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IInferenceSettlement } from "../settlement/IInferenceSettlement.sol";
import { Obstacle } from "../settlement/types/Obstacle.sol";
import { Order } from "../settlement/types/Order.sol";
import { RequestStatus } from "../settlement/types/RequestStatus.sol";
import { Statement } from "../verify/Statement.sol";
import { IOPGToken } from "../token/IOPGToken.sol";
import { StubRegistry } from "./mocks/StubRegistry.sol";
import { StubVerifier } from "./mocks/StubVerifier.sol";
import { TestBase } from "./TestBase.sol";

/// @notice Independent books of a settlement: what every account must hold after the calls made so far.
/// @dev Proofs are statements told to {StubVerifier}: Solidity cannot prove, and what is under test is that nothing
/// is paid for a statement that was not proved.
abstract contract SettlementModel is TestBase {
    /// @notice What the model works on.
    struct Setup {
        IInferenceSettlement settlement;
        IOPGToken token;
        StubVerifier verifier;
        StubRegistry registry;
        address[] payers;
        uint256[] payerKeys;
        address[] provers;
        address[] callbacks;
    }

    /// @notice An order that was ever made, with the answer and the prover that settle it if they are proved.
    struct Entry {
        Order order;
        bytes signature;
        bytes32 requestId;
        address prover;
        uint256[] outputs;
    }

    /// @notice Token wei that crossed the contract's border.
    struct Moved {
        uint256 deposited;
        uint256 donated;
        uint256 withdrawn;
    }

    /// @notice How often a run got to each kind of state.
    struct Reached {
        uint256 deposits;
        uint256 withdrawals;
        uint256 requests;
        uint256 signatures;
        uint256 requestsSettled;
        uint256 signedSettled;
        uint256 batchSettled;
        uint256 mixedBatches;
        uint256 batchesRefused;
        uint256 theftsRefused;
        uint256 refunds;
        uint256 refundsAfterSettle;
        uint256 cancellations;
        uint256 proverPayouts;
        uint256 payeePayouts;
        uint256[13] obstacles;
    }

    uint256 public constant VERSIONS = 3;

    IInferenceSettlement public settlement;
    IOPGToken public token;
    StubVerifier public verifier;
    StubRegistry public registry;
    address[] public payers;
    uint256[] internal payerKeys;
    address[] public provers;
    address[] internal callbacks;

    mapping(uint256 versionId => bool) public activeOf;
    mapping(uint256 versionId => bytes32) public vkHashOf;
    mapping(uint256 versionId => uint256) public priceOf;
    mapping(uint256 versionId => uint256) public inputWordsOf;
    mapping(uint256 versionId => uint256) public outputWordsOf;
    mapping(uint256 versionId => uint256) public payeeCountOf;

    Entry[] internal entries;
    Moved public moved;
    Reached internal reached;
    uint256 public escrow;
    uint256 public feesCharged;
    mapping(bytes signature => bool) internal forged;
    mapping(address account => uint256) public depositOf;
    mapping(address payer => mapping(uint256 word => uint256)) public nonces;
    mapping(address prover => uint256) public earningsOf;
    mapping(address prover => uint256) public paidOut;
    mapping(uint256 versionId => uint256) public earnedBy;
    mapping(uint256 versionId => uint256) public sharesPaid;
    mapping(bytes32 requestId => RequestStatus) public statusOf;
    mapping(bytes32 requestId => uint256) public chargesOf;
    mapping(bytes32 requestId => uint256) public refundsOf;

    constructor(Setup memory setup) {
        settlement = setup.settlement;
        token = setup.token;
        verifier = setup.verifier;
        registry = setup.registry;
        payers = setup.payers;
        payerKeys = setup.payerKeys;
        provers = setup.provers;
        callbacks = setup.callbacks;
        for (uint256 versionId = 1; versionId <= VERSIONS; ++versionId) {
            (
                vkHashOf[versionId],
                priceOf[versionId],
                inputWordsOf[versionId],
                outputWordsOf[versionId],
                activeOf[versionId]
            ) = registry.settlementTerms(versionId);
            payeeCountOf[versionId] = registry.payeesOf(versionId).length;
        }
    }

    // ── For the invariants ───────────────────────────────────────────────────────────────────────────────

    function entryCount() external view returns (uint256) {
        return entries.length;
    }

    function entryAt(uint256 index) external view returns (Entry memory) {
        return entries[index];
    }

    function payerCount() external view returns (uint256) {
        return payers.length;
    }

    function proverCount() external view returns (uint256) {
        return provers.length;
    }

    function coverage() external view returns (Reached memory) {
        return reached;
    }

    /// @notice v of an entry's answer.
    function valuesOf(Entry memory entry) public view returns (uint256[] memory values) {
        uint256 inputs = entry.order.inputs.length;
        values = new uint256[](1 + inputs + entry.outputs.length);
        values[0] = settlement.contextOf(entry.requestId, entry.prover);
        for (uint256 i = 0; i < inputs; ++i) values[1 + i] = entry.order.inputs[i];
        for (uint256 i = 0; i < entry.outputs.length; ++i) values[1 + inputs + i] = entry.outputs[i];
    }

    // ── Predictions ──────────────────────────────────────────────────────────────────────────────────────

    function _predict(Entry memory entry) internal view returns (Obstacle) {
        if (entry.signature.length > 0) {
            Obstacle obstacle = _predictCommit(entry.order);
            return obstacle == Obstacle.None && forged[entry.signature] ? Obstacle.BadSignature : obstacle;
        }
        RequestStatus status = statusOf[entry.requestId];
        if (status == RequestStatus.Unknown) return Obstacle.RequestUnknown;
        if (status == RequestStatus.Settled) return Obstacle.RequestSettled;
        if (status == RequestStatus.Refunded) return Obstacle.RequestRefunded;
        return block.timestamp < entry.order.deadline ? Obstacle.None : Obstacle.Expired;
    }

    function _predictCommit(Order memory order) internal view returns (Obstacle) {
        if (block.timestamp >= order.deadline) return Obstacle.Expired;
        if (!activeOf[order.versionId]) return Obstacle.VersionInactive;
        if (order.maxFee < priceOf[order.versionId]) return Obstacle.PriceAboveFee;
        if (order.mode > 1) return Obstacle.UnknownMode;
        if (order.inputs.length != inputWordsOf[order.versionId]) return Obstacle.InputCount;
        if (order.inputs[0] >= Statement.R) return Obstacle.InputOutOfField;
        if ((nonces[order.payer][order.salt / 256] >> (order.salt % 256)) % 2 == 1)
            return Obstacle.NonceSpent;
        if (order.maxFee > depositOf[order.payer]) return Obstacle.Unfunded;
        return Obstacle.None;
    }

    // ── Bookkeeping ──────────────────────────────────────────────────────────────────────────────────────

    function _bookRequest(Entry storage entry) internal {
        Order storage order = entry.order;
        depositOf[order.payer] -= order.maxFee;
        escrow += order.maxFee;
        nonces[order.payer][order.salt / 256] |= 1 << (order.salt % 256);
        statusOf[entry.requestId] = RequestStatus.Open;
        ++reached.requests;
    }

    function _bookSettlement(uint256 index) internal {
        Entry storage entry = entries[index];
        Order storage order = entry.order;
        if (entry.signature.length == 0) {
            escrow -= order.maxFee;
            statusOf[entry.requestId] = RequestStatus.Settled;
        } else {
            depositOf[order.payer] -= order.maxFee;
            nonces[order.payer][order.salt / 256] |= 1 << (order.salt % 256);
        }
        ++chargesOf[entry.requestId];
        feesCharged += order.maxFee;
        earnedBy[order.versionId] += priceOf[order.versionId];
        earningsOf[entry.prover] += order.maxFee - priceOf[order.versionId];
    }

    /// @dev A new entry with an answer drawn from its id, not proved yet.
    function _newEntry(Order memory order, bytes memory signature) internal returns (uint256 index) {
        index = entries.length;
        Entry storage entry = entries.push();
        entry.order = order;
        entry.signature = signature;
        entry.requestId = settlement.hashOrder(order);
        entry.prover = _prover(uint256(entry.requestId));
        for (uint256 i = 0; i < outputWordsOf[order.versionId]; ++i) {
            entry.outputs.push(_draw(uint256(entry.requestId), bytes32(i)) % Statement.R);
        }
    }

    /// @dev Somebody proves the entry's answer, for its prover.
    function _prove(Entry memory entry) internal {
        verifier.accept(vkHashOf[entry.order.versionId], valuesOf(entry));
    }

    function _isProved(Entry memory entry) internal view returns (bool) {
        return verifier.isProved(vkHashOf[entry.order.versionId], valuesOf(entry));
    }

    // ── Draws ────────────────────────────────────────────────────────────────────────────────────────────

    function _draw(uint256 seed, bytes32 name) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, name)));
    }

    function _rarely(uint256 seed, bytes32 name) internal pure returns (bool) {
        return _draw(seed, name) % 24 == 0;
    }

    function _payer(uint256 seed) internal view returns (address) {
        return payers[seed % payers.length];
    }

    function _prover(uint256 seed) internal view returns (address) {
        return provers[seed % provers.length];
    }

    function _callback(uint256 seed) internal view returns (address) {
        return callbacks[seed % callbacks.length];
    }

    function _keyOf(address payer) internal view returns (uint256) {
        for (uint256 i = 0; i < payers.length; ++i) if (payers[i] == payer) return payerKeys[i];
        revert("not a payer");
    }

    /// @dev Old entries are mostly spent or expired: half of the draws go to the newest four.
    function _recent(uint256 seed) internal view returns (uint256) {
        uint256 draw = _draw(seed, "entry");
        uint256 count = entries.length;
        return draw % 2 == 0 && count > 4 ? count - 1 - ((draw >> 8) % 4) : (draw >> 8) % count;
    }

    function _atMost(uint256 value, uint256 limit) internal pure returns (uint256) {
        return value < limit ? value : limit;
    }
}

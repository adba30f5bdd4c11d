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

    /// @notice A version's terms, and what it has earned and paid out, in token wei.
    struct Version {
        bytes32 vkHash;
        uint256 price;
        uint256 inputWords;
        uint256 outputWords;
        bool active;
        uint256 payeeCount;
        uint256 earned;
        uint256 sharesPaid;
    }

    /// @notice What became of an order.
    struct Life {
        RequestStatus status;
        uint256 charges;
        uint256 refunds;
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

    Setup internal world;
    Entry[] internal entries;
    uint256[] internal charged;
    Reached internal reached;
    Moved public moved;
    uint256 public escrow;
    uint256 public feesCharged;
    mapping(uint256 versionId => Version) internal versions;
    mapping(bytes32 requestId => Life) internal lives;
    mapping(bytes signature => bool) internal forged;
    mapping(address account => uint256) public depositOf;
    mapping(address payer => mapping(uint256 word => uint256)) internal nonces;
    mapping(address prover => uint256) internal earningsOf;
    mapping(address prover => uint256) public paidOut;

    constructor(Setup memory setup) {
        world = setup;
        for (uint256 versionId = 1; versionId <= VERSIONS; ++versionId) {
            Version storage version = versions[versionId];
            (version.vkHash, version.price, version.inputWords, version.outputWords, version.active) = world
                .registry
                .settlementTerms(versionId);
            version.payeeCount = world.registry.payeesOf(versionId).length;
        }
    }

    // ── For the invariants ───────────────────────────────────────────────────────────────────────────────

    function entryCount() external view returns (uint256) {
        return entries.length;
    }

    function requestIdAt(uint256 index) external view returns (bytes32) {
        return entries[index].requestId;
    }

    /// @notice The entries that were charged, in the order of their charges.
    function chargedEntries() external view returns (Entry[] memory list) {
        list = new Entry[](charged.length);
        for (uint256 i = 0; i < list.length; ++i) list[i] = entries[charged[i]];
    }

    function versionOf(uint256 versionId) external view returns (Version memory) {
        return versions[versionId];
    }

    function lifeOf(bytes32 requestId) external view returns (Life memory) {
        return lives[requestId];
    }

    function coverage() external view returns (Reached memory) {
        return reached;
    }

    /// @notice v of an entry's answer.
    function valuesOf(Entry memory entry) public view returns (uint256[] memory values) {
        uint256 inputs = entry.order.inputs.length;
        values = new uint256[](1 + inputs + entry.outputs.length);
        values[0] = world.settlement.contextOf(entry.requestId, entry.prover);
        for (uint256 i = 0; i < inputs; ++i) values[1 + i] = entry.order.inputs[i];
        for (uint256 i = 0; i < entry.outputs.length; ++i) values[1 + inputs + i] = entry.outputs[i];
    }

    // ── Predictions ──────────────────────────────────────────────────────────────────────────────────────

    function _predict(Entry memory entry) internal view returns (Obstacle obstacle) {
        if (entry.signature.length > 0) {
            obstacle = _predictOrder(entry.order);
            if (obstacle != Obstacle.None) return obstacle;
            return forged[entry.signature] ? Obstacle.BadSignature : _predictAccount(entry.order);
        }
        RequestStatus status = lives[entry.requestId].status;
        if (status == RequestStatus.Unknown) return Obstacle.RequestUnknown;
        if (status == RequestStatus.Settled) return Obstacle.RequestSettled;
        if (status == RequestStatus.Refunded) return Obstacle.RequestRefunded;
        return block.timestamp < entry.order.deadline ? Obstacle.None : Obstacle.Expired;
    }

    function _predictRequest(Order memory order) internal view returns (Obstacle obstacle) {
        obstacle = _predictOrder(order);
        if (obstacle != Obstacle.None) return obstacle;
        return order.inputs[0] >= Statement.R ? Obstacle.InputOutOfField : _predictAccount(order);
    }

    function _predictOrder(Order memory order) private view returns (Obstacle) {
        if (block.timestamp >= order.deadline) return Obstacle.Expired;
        Version storage version = versions[order.versionId];
        if (!version.active) return Obstacle.VersionInactive;
        if (order.maxFee < version.price) return Obstacle.PriceAboveFee;
        if (order.mode > 1) return Obstacle.UnknownMode;
        return order.inputs.length != version.inputWords ? Obstacle.InputCount : Obstacle.None;
    }

    function _predictAccount(Order memory order) private view returns (Obstacle) {
        if ((nonces[order.payer][order.salt / 256] >> (order.salt % 256)) % 2 == 1)
            return Obstacle.NonceSpent;
        return order.maxFee > depositOf[order.payer] ? Obstacle.Unfunded : Obstacle.None;
    }

    // ── Bookkeeping ──────────────────────────────────────────────────────────────────────────────────────

    function _bookRequest(Entry storage entry) internal {
        Order storage order = entry.order;
        depositOf[order.payer] -= order.maxFee;
        escrow += order.maxFee;
        nonces[order.payer][order.salt / 256] |= 1 << (order.salt % 256);
        lives[entry.requestId].status = RequestStatus.Open;
        ++reached.requests;
    }

    function _bookSettlement(uint256 index) internal {
        Entry storage entry = entries[index];
        Order storage order = entry.order;
        Version storage version = versions[order.versionId];
        if (entry.signature.length == 0) {
            escrow -= order.maxFee;
            lives[entry.requestId].status = RequestStatus.Settled;
        } else {
            depositOf[order.payer] -= order.maxFee;
            nonces[order.payer][order.salt / 256] |= 1 << (order.salt % 256);
        }
        charged.push(index);
        ++lives[entry.requestId].charges;
        feesCharged += order.maxFee;
        version.earned += version.price;
        earningsOf[entry.prover] += order.maxFee - version.price;
    }

    /// @dev A new entry with an answer drawn from its id, not proved yet.
    function _newEntry(Order memory order, bytes memory signature) internal returns (uint256 index) {
        index = entries.length;
        Entry storage entry = entries.push();
        entry.order = order;
        entry.signature = signature;
        entry.requestId = world.settlement.hashOrder(order);
        entry.prover = _prover(uint256(entry.requestId));
        for (uint256 i = 0; i < versions[order.versionId].outputWords; ++i) {
            entry.outputs.push(_draw(uint256(entry.requestId), bytes32(i)) % Statement.R);
        }
    }

    /// @dev Somebody proves the entry's answer, for its prover.
    function _prove(Entry memory entry) internal {
        world.verifier.accept(versions[entry.order.versionId].vkHash, valuesOf(entry));
    }

    function _isProved(Entry memory entry) internal view returns (bool) {
        return world.verifier.isProved(versions[entry.order.versionId].vkHash, valuesOf(entry));
    }

    // ── Draws ────────────────────────────────────────────────────────────────────────────────────────────

    function _draw(uint256 seed, bytes32 name) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, name)));
    }

    function _rarely(uint256 seed, bytes32 name) internal pure returns (bool) {
        return _draw(seed, name) % 24 == 0;
    }

    function _payer(uint256 seed) internal view returns (address) {
        return world.payers[seed % world.payers.length];
    }

    function _prover(uint256 seed) internal view returns (address) {
        return world.provers[seed % world.provers.length];
    }

    function _callback(uint256 seed) internal view returns (address) {
        return world.callbacks[seed % world.callbacks.length];
    }

    function _keyOf(address payer) internal view returns (uint256) {
        uint256 index;
        while (world.payers[index] != payer) ++index;
        return world.payerKeys[index];
    }

    /// @dev Old entries are mostly spent or expired: half of the draws go to the newest four.
    function _recent(uint256 seed) internal view returns (uint256) {
        uint256 draw = _draw(seed, "entry");
        uint256 count = entries.length;
        return draw % 2 == 0 && count > 4 ? count - 1 - ((draw >> 8) % 4) : (draw >> 8) % count;
    }

    /// @dev The open request that is most likely to be past its deadline; the first entry if none is open.
    function _oldestOpen() internal view returns (uint256) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (lives[entries[i].requestId].status == RequestStatus.Open) return i;
        }
        return 0;
    }

    function _atMost(uint256 value, uint256 limit) internal pure returns (uint256) {
        return value < limit ? value : limit;
    }
}

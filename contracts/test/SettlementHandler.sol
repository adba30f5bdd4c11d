// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IInferenceSettlement } from "../settlement/IInferenceSettlement.sol";
import { Obstacle } from "../settlement/types/Obstacle.sol";
import { Order } from "../settlement/types/Order.sol";
import { RequestStatus } from "../settlement/types/RequestStatus.sol";
import { SettlementItem } from "../settlement/types/SettlementItem.sol";
import { Proof } from "../verify/types/Proof.sol";
import { Statement } from "../verify/Statement.sol";
import { SettlementModel } from "./SettlementModel.sol";

/// @notice Drives settlement with random calls and predicts each outcome from its own books ({SettlementModel}).
/// @dev No call may end otherwise than predicted: a wrong prediction reverts here, and the runner counts a revert as
/// a failure. Values are drawn from narrow ranges on purpose, so that salts collide, deposits run dry, deadlines
/// pass and the same order is settled again and again.
contract SettlementHandler is SettlementModel {
    uint256 private constant MAX_BATCH = 6;

    constructor(Setup memory setup) SettlementModel(setup) {}

    // ── Funding ──────────────────────────────────────────────────────────────────────────────────────────

    function deposit(uint256 accountSeed, uint256 amount) external {
        address account = _payer(accountSeed);
        amount = bound(amount, 0, _atMost(world.token.balanceOf(account), 2 ether));
        vm.prank(account);
        world.settlement.deposit(amount);
        depositOf[account] += amount;
        moved.deposited += amount;
        ++reached.deposits;
    }

    function depositFor(uint256 fromSeed, uint256 toSeed, uint256 amount) external {
        address from = _payer(fromSeed);
        address to = _payer(toSeed);
        amount = bound(amount, 0, _atMost(world.token.balanceOf(from), 1 ether));
        vm.prank(from);
        world.settlement.depositFor(to, amount);
        depositOf[to] += amount;
        moved.deposited += amount;
        ++reached.deposits;
    }

    /// @dev Tokens sent past the books belong to nobody; they must not upset them.
    function donate(uint256 fromSeed, uint256 amount) external {
        address from = _payer(fromSeed);
        amount = bound(amount, 0, _atMost(world.token.balanceOf(from), 1 gwei));
        vm.prank(from);
        world.token.transfer(address(world.settlement), amount);
        moved.donated += amount;
    }

    function withdraw(uint256 accountSeed, uint256 amount) external {
        address account = _payer(accountSeed);
        amount = bound(amount, 0, depositOf[account]);
        vm.prank(account);
        world.settlement.withdraw(amount, account);
        depositOf[account] -= amount;
        moved.withdrawn += amount;
        ++reached.withdrawals;
    }

    function withdrawTooMuch(uint256 accountSeed, uint256 excess) external {
        address account = _payer(accountSeed);
        uint256 amount = depositOf[account] + bound(excess, 1, 1 ether);
        vm.prank(account);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceSettlement.InferenceSettlement__InsufficientDeposit.selector,
                account,
                depositOf[account],
                amount
            )
        );
        world.settlement.withdraw(amount, account);
    }

    // ── Orders ───────────────────────────────────────────────────────────────────────────────────────────

    /// @dev A new order sent on chain.
    function request(uint256 seed) external {
        Order memory order = _randomOrder(seed);
        if (_rarely(seed, "large")) order.inputs[0] = Statement.R;
        if (!_request(_newEntry(order, ""))) entries.pop();
    }

    /// @dev An order that exists, signed or sent, is (also) sent on chain. If it cannot be, it stays in the list as one
    /// that somebody believes to have been sent.
    function requestAgain(uint256 seed) external {
        if (entries.length > 0) _request(_newEntry(entries[_recent(seed)].order, ""));
    }

    /// @dev A new order signed off chain, one in eight by a wrong key.
    function sign(uint256 seed) external {
        Order memory order = _randomOrder(seed);
        uint256 key = _keyOf(order.payer);
        if (_draw(seed, "forge") % 8 == 0) key ^= 1;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, world.settlement.hashOrder(order));
        uint256 index = _newEntry(order, abi.encodePacked(r, s, v));
        if (key != _keyOf(order.payer)) forged[entries[index].signature] = true;
        ++reached.signatures;
    }

    function settle(uint256 seed) external {
        if (entries.length == 0) return;
        uint256 index = _recent(seed);
        Entry memory entry = entries[index];
        _prove(entry);
        _settleOne(index, entry);
    }

    /// @dev The payee, the answer or the proof is not what was proved.
    function settleUnproved(uint256 seed) external {
        if (entries.length == 0) return;
        uint256 index = _recent(seed);
        Entry memory entry = entries[index];
        if (_predict(entry) != Obstacle.None) return;
        if (seed % 2 == 0) {
            _prove(entry);
            entry.prover = address(uint160(entry.prover) ^ 1);
        } else {
            entry.outputs[0] ^= 1;
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceSettlement.InferenceSettlement__InvalidProof.selector,
                entry.requestId
            )
        );
        _callSettle(entry);
        ++reached.theftsRefused;
    }

    /// @dev Up to `MAX_BATCH` orders of any state, the same one twice now and then; one batch in four is of answers
    /// that nobody may have proved.
    function settleMany(uint256 seed) external {
        if (entries.length == 0) return;
        uint256[] memory indices = new uint256[](1 + (_draw(seed, "size") % MAX_BATCH));
        SettlementItem[] memory items = new SettlementItem[](indices.length);
        bool honest = _draw(seed, "honest") % 4 != 0;
        for (uint256 i = 0; i < indices.length; ++i) {
            indices[i] = _recent(_draw(seed, bytes32(i)));
            Entry memory entry = entries[indices[i]];
            if (honest) _prove(entry);
            items[i].order = entry.order;
            items[i].signature = entry.signature;
            items[i].prover = entry.prover;
            items[i].outputs = entry.outputs;
        }
        try world.settlement.settleMany(items) returns (Obstacle[] memory obstacles) {
            _checkBatch(indices, obstacles);
        } catch (bytes memory reason) {
            vm.assertFalse(honest, "a proved batch was refused");
            _checkRefusal(indices, reason);
        }
    }

    function refund(uint256 seed) external {
        if (entries.length == 0) return;
        Entry storage entry = entries[seed % 2 == 0 ? _recent(seed) : _oldestOpen()];
        bytes32 requestId = entry.requestId;
        if (lives[requestId].status != RequestStatus.Open) {
            vm.expectRevert(
                abi.encodeWithSelector(IInferenceSettlement.InferenceSettlement__NotOpen.selector, requestId)
            );
            world.settlement.refund(entry.order);
            if (lives[requestId].status == RequestStatus.Settled) ++reached.refundsAfterSettle;
        } else if (block.timestamp < entry.order.deadline) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IInferenceSettlement.InferenceSettlement__NotExpired.selector,
                    requestId,
                    entry.order.deadline
                )
            );
            world.settlement.refund(entry.order);
        } else {
            world.settlement.refund(entry.order);
            lives[requestId].status = RequestStatus.Refunded;
            ++lives[requestId].refunds;
            depositOf[entry.order.payer] += entry.order.maxFee;
            escrow -= entry.order.maxFee;
            ++reached.refunds;
        }
    }

    function cancelNonces(uint256 seed) external {
        if (entries.length == 0) return;
        Order storage order = entries[_recent(seed)].order;
        uint256 mask = 1 << (order.salt & 0xff);
        vm.prank(order.payer);
        world.settlement.cancelNonces(order.salt >> 8, mask);
        nonces[order.payer][order.salt >> 8] |= mask;
        ++reached.cancellations;
    }

    // ── Earnings ─────────────────────────────────────────────────────────────────────────────────────────

    function withdrawProverEarnings(uint256 seed) external {
        address prover = _prover(seed);
        uint256 amount = world.settlement.withdrawProverEarnings(prover);
        vm.assertEq(amount, earningsOf[prover], "prover paid another amount than he earned");
        earningsOf[prover] = 0;
        paidOut[prover] += amount;
        moved.withdrawn += amount;
        if (amount > 0) ++reached.proverPayouts;
    }

    function withdrawPayeeShare(uint256 seed) external {
        uint256 versionId = 1 + (seed % VERSIONS);
        uint256 payeeIndex = _draw(seed, "payee") % versions[versionId].payeeCount;
        uint256 due = world.settlement.payeeShareOf(versionId, payeeIndex);
        uint256 amount = world.settlement.withdrawPayeeShare(versionId, payeeIndex);
        vm.assertEq(amount, due, "payee paid another amount than the view said");
        versions[versionId].sharesPaid += amount;
        moved.withdrawn += amount;
        if (amount > 0) ++reached.payeePayouts;
    }

    // ── The world ────────────────────────────────────────────────────────────────────────────────────────

    function warp(uint256 elapsed) external {
        vm.warp(block.timestamp + bound(elapsed, 1, 10 hours));
    }

    /// @dev Deprecates one version, or (mostly) none.
    function setActive(uint256 seed) external {
        for (uint256 versionId = 1; versionId <= VERSIONS; ++versionId) {
            bool active = versionId != _draw(seed, "deprecate") % 6;
            versions[versionId].active = active;
            world.registry.setActive(versionId, active);
        }
    }

    /// @dev Public only because slicing needs calldata.
    function decodeInvalidProofs(bytes calldata reason) external pure returns (uint256[] memory indices) {
        vm.assertTrue(
            bytes4(reason) == IInferenceSettlement.InferenceSettlement__InvalidProofs.selector,
            "the batch failed for another reason"
        );
        return abi.decode(reason[4:], (uint256[]));
    }

    // ── Internals ────────────────────────────────────────────────────────────────────────────────────────

    function _request(uint256 index) private returns (bool sent) {
        Entry storage entry = entries[index];
        Obstacle predicted = _predictRequest(entry.order);
        vm.prank(entry.order.payer);
        if (predicted != Obstacle.None) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IInferenceSettlement.InferenceSettlement__NotPayable.selector,
                    entry.requestId,
                    predicted
                )
            );
            world.settlement.request(entry.order);
            ++reached.obstacles[uint8(predicted)];
            return false;
        }
        world.settlement.request(entry.order);
        _bookRequest(entry);
        return true;
    }

    function _settleOne(uint256 index, Entry memory entry) private {
        Obstacle predicted = _predict(entry);
        vm.assertEq(
            uint8(world.settlement.obstacleTo(entry.order, entry.signature)),
            uint8(predicted),
            "the view names another obstacle"
        );
        if (predicted != Obstacle.None) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IInferenceSettlement.InferenceSettlement__NotPayable.selector,
                    entry.requestId,
                    predicted
                )
            );
            _callSettle(entry);
            ++reached.obstacles[uint8(predicted)];
            return;
        }
        _callSettle(entry);
        if (entry.signature.length == 0) ++reached.requestsSettled;
        else ++reached.signedSettled;
        _bookSettlement(index);
    }

    function _callSettle(Entry memory entry) private {
        Proof memory proof;
        world.settlement.settle({
            order: entry.order,
            signature: entry.signature,
            prover: entry.prover,
            outputs: entry.outputs,
            proof: proof
        });
    }

    function _checkBatch(uint256[] memory indices, Obstacle[] memory obstacles) private {
        uint256 settled;
        for (uint256 i = 0; i < indices.length; ++i) {
            Entry memory entry = entries[indices[i]];
            Obstacle predicted = _predict(entry);
            vm.assertEq(uint8(obstacles[i]), uint8(predicted), "the batch names another obstacle");
            if (predicted == Obstacle.None) {
                vm.assertTrue(_isProved(entry), "an unproved item was paid");
                _bookSettlement(indices[i]);
                ++settled;
            } else {
                ++reached.obstacles[uint8(predicted)];
            }
        }
        reached.batchSettled += settled;
        if (settled > 1 && settled < indices.length) ++reached.mixedBatches;
    }

    /// @dev A batch with an unproved item that could be charged pays for none, and names just such items.
    function _checkRefusal(uint256[] memory indices, bytes memory reason) private {
        uint256[] memory named = this.decodeInvalidProofs(reason);
        vm.assertGt(named.length, 0, "refused without naming an item");
        for (uint256 i = 0; i < named.length; ++i) {
            vm.assertFalse(_isProved(entries[indices[named[i]]]), "a proved item was named");
        }
        ++reached.batchesRefused;
    }

    function _randomOrder(uint256 seed) private view returns (Order memory order) {
        uint256 versionId = 1 + (_draw(seed, "version") % VERSIONS);
        Version storage version = versions[versionId];
        order.payer = _payer(_draw(seed, "payer"));
        order.versionId = versionId;
        order.maxFee = version.price + (_draw(seed, "fee") % 0.5 ether);
        if (_rarely(seed, "cheap") && version.price > 0) order.maxFee = version.price - 1;
        order.mode = _rarely(seed, "bad mode") ? 2 : uint8(_draw(seed, "mode") % 2);
        order.deadline = uint64(block.timestamp + (_draw(seed, "deadline") % 4 days));
        order.salt = _draw(seed, "salt") % 512;
        order.callback = _callback(_draw(seed, "callback"));
        order.inputs = new uint256[](version.inputWords + (_rarely(seed, "long") ? 1 : 0));
        for (uint256 i = 0; i < order.inputs.length; ++i) {
            order.inputs[i] = _draw(seed, bytes32(i)) % Statement.R;
        }
    }
}

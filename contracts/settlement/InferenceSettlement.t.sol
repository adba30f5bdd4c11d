// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IModelRegistry } from "../registry/IModelRegistry.sol";
import { Payee } from "../registry/types/Payee.sol";
import { Consumer } from "../test/mocks/Consumer.sol";
import { StubRegistry } from "../test/mocks/StubRegistry.sol";
import { StubVerifier } from "../test/mocks/StubVerifier.sol";
import { TestBase } from "../test/TestBase.sol";
import { OPGToken } from "../token/OPGToken.sol";
import { Allocation } from "../token/types/Allocation.sol";
import { Proof } from "../verify/types/Proof.sol";
import { IInferenceSettlement } from "./IInferenceSettlement.sol";
import { InferenceSettlement } from "./InferenceSettlement.sol";
import { Obstacle } from "./types/Obstacle.sol";
import { Order } from "./types/Order.sol";
import { RequestStatus } from "./types/RequestStatus.sol";
import { Terms } from "./types/Terms.sol";

/// @notice Money of {InferenceSettlement} for any amounts, shares, salts, times and gas limits.
contract InferenceSettlementTest is TestBase {
    uint256 private constant SUPPLY = 1_000_000_000 ether;
    uint256 private constant START = 1_800_000_000;

    OPGToken private token;
    InferenceSettlement private settlement;
    StubRegistry private registry;
    StubVerifier private verifier;
    address private payer;
    uint256 private payerKey;
    address private prover = makeAddr("prover");

    function setUp() external {
        vm.warp(START);
        (payer, payerKey) = makeAddrAndKey("payer");
        Allocation[] memory allocations = new Allocation[](1);
        allocations[0] = Allocation({ account: payer, amount: SUPPLY });
        token = new OPGToken(allocations);
        verifier = new StubVerifier();
        registry = new StubRegistry(address(verifier));
        settlement = new InferenceSettlement(token, IModelRegistry(address(registry)));
        vm.prank(payer);
        token.approve(address(settlement), SUPPLY);
    }

    function testFuzz_depositsComeBackToTheWei(uint256 first, uint256 second, uint256 part) external {
        first = bound(first, 0, SUPPLY);
        second = bound(second, 0, SUPPLY - first);
        part = bound(part, 0, first + second);
        vm.startPrank(payer);
        settlement.deposit(first);
        settlement.deposit(second);
        settlement.withdraw(part, prover);
        assertEq(settlement.depositOf(payer), first + second - part);
        assertEq(token.balanceOf(prover), part);
        settlement.withdraw(first + second - part, payer);
        assertEq(settlement.depositOf(payer), 0);
        assertEq(token.balanceOf(payer), SUPPLY - part);
    }

    /// @dev S4 for any price, fee, shares and number of answers: all is paid out, to the wei.
    function testFuzz_S4_feesSplitExactly(uint96 price, uint256 tip, uint256 cut, uint8 answers) external {
        price = uint96(bound(price, 0, SUPPLY / 5));
        price -= price % 10_000;
        uint256 count = bound(answers, 1, 5);
        uint256 fee = price + bound(tip, 0, SUPPLY / 5 - price);
        uint16 bps = uint16(bound(cut, 1, 9_999));
        _addVersion(price, bps);
        vm.prank(payer);
        settlement.deposit(count * fee);
        for (uint256 i = 0; i < count; ++i) _settleSigned(_order(fee, i));

        assertEq(settlement.proverEarningsOf(prover), count * (fee - price));
        assertEq(settlement.payeeShareOf(1, 0), (count * price * bps) / 10_000);
        assertEq(settlement.payeeShareOf(1, 0) + settlement.payeeShareOf(1, 1), count * price);
        settlement.withdrawProverEarnings(prover);
        settlement.withdrawPayeeShare(1, 1);
        settlement.withdrawPayeeShare(1, 0);
        assertEq(token.balanceOf(address(settlement)), 0);
    }

    /// @dev S4 holds between withdrawals too, however they fall among the answers.
    function testFuzz_S4_withdrawalsAtAnyTimeLoseNothing(
        uint96 price,
        uint256 cut,
        uint256 moments
    ) external {
        price = uint96(bound(price, 10_000, SUPPLY / 8));
        price -= price % 10_000;
        _addVersion(price, uint16(bound(cut, 1, 9_999)));
        vm.prank(payer);
        settlement.deposit(8 * uint256(price));
        for (uint256 i = 0; i < 8; ++i) {
            _settleSigned(_order(price, i));
            if ((moments >> (2 * i)) & 1 != 0) settlement.withdrawPayeeShare(1, 0);
            if ((moments >> (2 * i)) & 2 != 0) settlement.withdrawPayeeShare(1, 1);
        }
        settlement.withdrawPayeeShare(1, 0);
        settlement.withdrawPayeeShare(1, 1);
        assertEq(token.balanceOf(address(settlement)), 0);
    }

    /// @dev S2: one of settlement and refund, by the clock, and neither twice.
    function testFuzz_S2_settledBeforeTheDeadlineOrRefundedFromItOn(uint64 life, uint64 delay) external {
        life = uint64(bound(life, 1, 10_000 days));
        delay = uint64(bound(delay, 0, 20_000 days));
        _addVersion(0, 5_000);
        vm.startPrank(payer);
        settlement.deposit(1 ether);
        Order memory order = _order(1 ether, 1);
        order.deadline = uint64(START) + life;
        bytes32 requestId = settlement.request(order);
        vm.stopPrank();
        _accept(order);
        vm.warp(START + delay);

        if (delay < life) {
            vm.expectPartialRevert(IInferenceSettlement.InferenceSettlement__NotExpired.selector);
            settlement.refund(order);
            _settle(order, "");
            assertEq(settlement.proverEarningsOf(prover), 1 ether);
            vm.warp(order.deadline);
        } else {
            vm.expectRevert(_notPayable(requestId, Obstacle.Expired));
            _settle(order, "");
            settlement.refund(order);
            assertEq(settlement.depositOf(payer), 1 ether);
        }
        RequestStatus status = settlement.requestOf(requestId).status;
        assertTrue(status == (delay < life ? RequestStatus.Settled : RequestStatus.Refunded));
        vm.expectPartialRevert(IInferenceSettlement.InferenceSettlement__NotOpen.selector);
        settlement.refund(order);
        vm.expectPartialRevert(IInferenceSettlement.InferenceSettlement__NotPayable.selector);
        _settle(order, "");
    }

    /// @dev A salt spends its own bit and no other.
    function testFuzz_noncesAreIndependent(uint256 salt, uint256 other) external {
        _addVersion(0, 5_000);
        vm.prank(payer);
        settlement.deposit(2 ether);
        _settleSigned(_order(1 ether, salt));
        assertEq(settlement.nonceBitmap(payer, salt / 256), 1 << (salt % 256));
        Order memory order = _order(1 ether, other);
        if (salt == other) {
            bytes memory signature = _sign(order);
            vm.expectRevert(_notPayable(settlement.hashOrder(order), Obstacle.NonceSpent));
            _settle(order, signature);
        } else {
            _settleSigned(order);
        }
    }

    function testFuzz_cancellingSpendsExactlyTheMask(uint256 word, uint256 before, uint256 mask) external {
        vm.startPrank(payer);
        settlement.cancelNonces(word, before);
        settlement.cancelNonces(word, mask);
        assertEq(settlement.nonceBitmap(payer, word), before | mask);
        assertEq(settlement.nonceBitmap(prover, word), 0);
    }

    /// @dev S3: a statement that was proved for one prover and answer pays no other.
    function testFuzz_S3_anUnprovedStatementPaysNobody(address thief, uint256 output) external {
        vm.assume(thief != prover || output != 7);
        _addVersion(0, 5_000);
        vm.prank(payer);
        settlement.deposit(1 ether);
        Order memory order = _order(1 ether, 1);
        bytes memory signature = _sign(order);
        _accept(order);
        uint256[] memory outputs = new uint256[](1);
        outputs[0] = output;
        Proof memory proof;
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceSettlement.InferenceSettlement__InvalidProof.selector,
                settlement.hashOrder(order)
            )
        );
        settlement.settle(order, signature, thief, outputs, proof);
        assertEq(settlement.depositOf(payer), 1 ether);
    }

    /// @dev At any gas limit the consumer gets all it was promised, or nothing happens at all.
    function testFuzz_aConsumerIsNeverStarved(uint256 gasLimit) external {
        _addVersion(0, 5_000);
        Consumer consumer = new Consumer();
        vm.prank(payer);
        settlement.deposit(1 ether);
        Order memory order = _order(1 ether, 1);
        order.callback = address(consumer);
        bytes memory signature = _sign(order);
        _accept(order);
        gasLimit = bound(gasLimit, 100_000, 700_000);
        try this.settleWithin(order, signature, gasLimit) {
            assertEq(consumer.calls(), 1);
            assertGe(consumer.gasGiven(), settlement.CALLBACK_GAS() - 1_000);
        } catch {
            assertEq(consumer.calls(), 0);
            assertEq(settlement.depositOf(payer), 1 ether);
        }
    }

    /// @dev Public only for its gas limit.
    function settleWithin(Order calldata order, bytes calldata signature, uint256 gasLimit) external {
        Proof memory proof;
        settlement.settle{ gas: gasLimit }(order, signature, prover, _outputs(), proof);
    }

    // ── Helpers ──────────────────────────────────────────────────────────────────────────────────────────

    function _addVersion(uint256 price, uint16 bps) private {
        Payee[] memory payees = new Payee[](2);
        payees[0] = Payee({ account: makeAddr("first payee"), bps: bps });
        payees[1] = Payee({ account: makeAddr("second payee"), bps: 10_000 - bps });
        Terms memory terms = Terms({
            versionId: 1,
            vkHash: keccak256("key"),
            price: price,
            inputWords: 1,
            outputWords: 1,
            active: true
        });
        registry.add(terms, payees);
    }

    function _order(uint256 fee, uint256 salt) private view returns (Order memory order) {
        order.payer = payer;
        order.versionId = 1;
        order.inputs = new uint256[](1);
        order.maxFee = fee;
        order.deadline = uint64(START) + 1 days;
        order.salt = salt;
    }

    function _outputs() private pure returns (uint256[] memory outputs) {
        outputs = new uint256[](1);
        outputs[0] = 7;
    }

    function _accept(Order memory order) private {
        uint256[] memory values = new uint256[](3);
        values[0] = settlement.contextOf(settlement.hashOrder(order), prover);
        values[2] = 7;
        verifier.accept(keccak256("key"), values);
    }

    function _sign(Order memory order) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(payerKey, settlement.hashOrder(order));
        return abi.encodePacked(r, s, v);
    }

    function _settle(Order memory order, bytes memory signature) private {
        Proof memory proof;
        settlement.settle(order, signature, prover, _outputs(), proof);
    }

    function _settleSigned(Order memory order) private {
        _accept(order);
        _settle(order, _sign(order));
    }

    function _notPayable(bytes32 requestId, Obstacle obstacle) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IInferenceSettlement.InferenceSettlement__NotPayable.selector,
                requestId,
                obstacle
            );
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IModelRegistry } from "../registry/IModelRegistry.sol";
import { Payee } from "../registry/types/Payee.sol";
import { Consumer } from "../test/mocks/Consumer.sol";
import { GasBurner } from "../test/mocks/GasBurner.sol";
import { SmartWallet } from "../test/mocks/SmartWallet.sol";
import { StubRegistry } from "../test/mocks/StubRegistry.sol";
import { StubVerifier } from "../test/mocks/StubVerifier.sol";
import { SettlementHandler } from "../test/SettlementHandler.sol";
import { SettlementModel } from "../test/SettlementModel.sol";
import { TestBase } from "../test/TestBase.sol";
import { OPGToken } from "../token/OPGToken.sol";
import { Allocation } from "../token/types/Allocation.sol";
import { InferenceSettlement } from "./InferenceSettlement.sol";
import { RequestStatus } from "./types/RequestStatus.sol";
import { Terms } from "./types/Terms.sol";

/// @notice S1-S4 of `docs/invariants.md` after random calls: 64 runs of 128 calls each (`hardhat.config.ts`).
/// @dev Four payers (one of them a smart wallet), three provers, three versions, consumers that work and that burn
/// their gas. {SettlementHandler} predicts every outcome; here the contract is compared with its books.
contract InferenceSettlementInvariantTest is TestBase {
    OPGToken private token;
    InferenceSettlement private settlement;
    SettlementHandler private handler;
    StubRegistry private registry;
    StubVerifier private verifier;
    SettlementModel.Setup private setup;

    function setUp() public {
        vm.warp(1_800_000_000);
        verifier = new StubVerifier();
        registry = new StubRegistry(address(verifier));
        _addVersions();
        _makeAccounts();
        settlement = new InferenceSettlement(token, IModelRegistry(address(registry)));
        for (uint256 i = 0; i < setup.payers.length; ++i) {
            vm.prank(setup.payers[i]);
            token.approve(address(settlement), type(uint256).max);
        }
        setup.settlement = settlement;
        setup.token = token;
        setup.verifier = verifier;
        setup.registry = registry;
        handler = new SettlementHandler(setup);

        targetContract(address(handler));
        targetSelector(address(handler), _actions());
    }

    // ── Invariants ───────────────────────────────────────────────────────────────────────────────────────

    /// @notice S1: the tokens held cover escrow, deposits and unpaid shares; in fact exactly, but for donations.
    function invariant_S1_balanceCoversEverythingOwed() public view {
        uint256 owed = handler.escrow();
        for (uint256 i = 0; i < setup.payers.length; ++i) owed += settlement.depositOf(setup.payers[i]);
        for (uint256 i = 0; i < setup.provers.length; ++i) {
            owed += settlement.proverEarningsOf(setup.provers[i]);
        }
        for (uint256 versionId = 1; versionId <= handler.VERSIONS(); ++versionId)
            owed += _unpaidShares(versionId);
        (, uint256 donated, ) = handler.moved();
        vm.assertEq(token.balanceOf(address(settlement)), owed + donated, "S1");
    }

    /// @notice S2: every order was charged or refunded at most once, never both, and its status says so.
    function invariant_S2_settledOrRefundedAtMostOnce() public view {
        for (uint256 i = 0; i < handler.entryCount(); ++i) {
            bytes32 requestId = handler.requestIdAt(i);
            SettlementModel.Life memory life = handler.lifeOf(requestId);
            vm.assertLe(life.charges + life.refunds, 1, "S2: paid twice");
            RequestStatus status = settlement.requestOf(requestId).status;
            vm.assertEq(uint8(status), uint8(life.status), "S2: status");
            if (status == RequestStatus.Refunded) vm.assertEq(life.refunds, 1, "S2: refunded without refund");
            if (status == RequestStatus.Settled) vm.assertEq(life.charges, 1, "S2: settled without charge");
        }
    }

    /// @notice S3: whatever a prover has was earned by proved statements that name him, and every deposit is where
    /// the books say, so nobody else was paid.
    function invariant_S3_onlyProvedStatementsPay() public view {
        uint256[] memory earned = new uint256[](setup.provers.length);
        uint256 charged;
        SettlementModel.Entry[] memory entries = handler.chargedEntries();
        for (uint256 i = 0; i < entries.length; ++i) {
            SettlementModel.Entry memory entry = entries[i];
            SettlementModel.Version memory version = handler.versionOf(entry.order.versionId);
            vm.assertTrue(
                verifier.isProved(version.vkHash, handler.valuesOf(entry)),
                "S3: charged without proof"
            );
            charged += entry.order.maxFee;
            earned[_proverIndex(entry.prover)] += entry.order.maxFee - version.price;
        }
        vm.assertEq(charged, handler.feesCharged(), "S3: fees");
        for (uint256 i = 0; i < earned.length; ++i) {
            address prover = setup.provers[i];
            vm.assertEq(
                settlement.proverEarningsOf(prover) + token.balanceOf(prover),
                earned[i],
                "S3: a prover holds what he did not earn"
            );
        }
        for (uint256 i = 0; i < setup.payers.length; ++i) {
            address payer = setup.payers[i];
            vm.assertEq(settlement.depositOf(payer), handler.depositOf(payer), "S3: deposit");
        }
    }

    /// @notice S4: prices and provers' shares sum to the fees charged, payees' shares to the prices, to the wei.
    function invariant_S4_sharesSumToTheFee() public view {
        uint256 distributed;
        for (uint256 i = 0; i < setup.provers.length; ++i) {
            address prover = setup.provers[i];
            distributed += settlement.proverEarningsOf(prover) + handler.paidOut(prover);
        }
        for (uint256 versionId = 1; versionId <= handler.VERSIONS(); ++versionId) {
            SettlementModel.Version memory version = handler.versionOf(versionId);
            uint256 shares = _unpaidShares(versionId) + version.sharesPaid;
            vm.assertEq(settlement.earnedBy(versionId), version.earned, "S4: prices");
            vm.assertEq(shares, settlement.earnedBy(versionId), "S4: payees");
            distributed += shares;
        }
        vm.assertEq(distributed, handler.feesCharged(), "S4: fees");
    }

    /// @notice The random calls do reach deep states: 1,500 of them, drawn as the runner draws them, see every kind of
    /// outcome and every obstacle, and the invariants hold at the end.
    function test_randomCallsReachDeepStates() public {
        bytes4[] memory actions = _actions();
        for (uint256 i = 0; i < 1_500; ++i) {
            bytes32 seed = keccak256(abi.encode("deep states", i));
            Address.functionCall(
                address(handler),
                abi.encodePacked(
                    actions[uint256(seed) % actions.length],
                    keccak256(abi.encode(seed, 1)),
                    keccak256(abi.encode(seed, 2)),
                    keccak256(abi.encode(seed, 3))
                )
            );
        }
        invariant_S1_balanceCoversEverythingOwed();
        invariant_S2_settledOrRefundedAtMostOnce();
        invariant_S3_onlyProvedStatementsPay();
        invariant_S4_sharesSumToTheFee();

        SettlementModel.Reached memory reached = handler.coverage();
        vm.assertGt(reached.deposits, 50, "deposits");
        vm.assertGt(reached.withdrawals, 20, "withdrawals");
        vm.assertGt(reached.requests, 20, "requests");
        vm.assertGt(reached.requestsSettled, 5, "requests settled");
        vm.assertGt(reached.signedSettled, 5, "signed orders settled");
        vm.assertGt(reached.batchSettled, 20, "items settled in batches");
        vm.assertGt(reached.mixedBatches, 5, "batches partly skipped");
        vm.assertGt(reached.batchesRefused, 5, "batches refused");
        vm.assertGt(reached.theftsRefused, 5, "thefts refused");
        vm.assertGt(reached.refunds, 5, "refunds");
        vm.assertGt(reached.refundsAfterSettle, 5, "refunds of settled requests refused");
        vm.assertGt(reached.cancellations, 20, "cancellations");
        vm.assertGt(reached.proverPayouts, 5, "prover payouts");
        vm.assertGt(reached.payeePayouts, 5, "payee payouts");
        for (uint256 i = 1; i < reached.obstacles.length; ++i) {
            vm.assertGt(reached.obstacles[i], 0, "an obstacle was never met");
        }
    }

    // ── Internals ────────────────────────────────────────────────────────────────────────────────────────

    /// @dev What is named twice is drawn twice as often.
    function _actions() private pure returns (bytes4[] memory actions) {
        actions = new bytes4[](32);
        actions[0] = SettlementHandler.deposit.selector;
        actions[1] = SettlementHandler.deposit.selector;
        actions[2] = SettlementHandler.depositFor.selector;
        actions[3] = SettlementHandler.donate.selector;
        actions[4] = SettlementHandler.withdraw.selector;
        actions[5] = SettlementHandler.withdrawTooMuch.selector;
        actions[6] = SettlementHandler.request.selector;
        actions[7] = SettlementHandler.request.selector;
        actions[8] = SettlementHandler.request.selector;
        actions[9] = SettlementHandler.request.selector;
        actions[10] = SettlementHandler.requestAgain.selector;
        actions[11] = SettlementHandler.sign.selector;
        actions[12] = SettlementHandler.sign.selector;
        actions[13] = SettlementHandler.sign.selector;
        actions[14] = SettlementHandler.sign.selector;
        actions[15] = SettlementHandler.settle.selector;
        actions[16] = SettlementHandler.settle.selector;
        actions[17] = SettlementHandler.settle.selector;
        actions[18] = SettlementHandler.settle.selector;
        actions[19] = SettlementHandler.settleUnproved.selector;
        actions[20] = SettlementHandler.settleMany.selector;
        actions[21] = SettlementHandler.settleMany.selector;
        actions[22] = SettlementHandler.settleMany.selector;
        actions[23] = SettlementHandler.refund.selector;
        actions[24] = SettlementHandler.refund.selector;
        actions[25] = SettlementHandler.refund.selector;
        actions[26] = SettlementHandler.cancelNonces.selector;
        actions[27] = SettlementHandler.withdrawProverEarnings.selector;
        actions[28] = SettlementHandler.withdrawPayeeShare.selector;
        actions[29] = SettlementHandler.warp.selector;
        actions[30] = SettlementHandler.warp.selector;
        actions[31] = SettlementHandler.setActive.selector;
    }

    /// @dev Prices 70,000 wei, 0.3 OPG and nothing; payees 3, 1 and 2, with shares that do not divide evenly.
    function _addVersions() private {
        Payee[] memory payees = new Payee[](3);
        payees[0] = Payee({ account: makeAddr("payee 1"), bps: 3_333 });
        payees[1] = Payee({ account: makeAddr("payee 2"), bps: 3_333 });
        payees[2] = Payee({ account: makeAddr("payee 3"), bps: 3_334 });
        _addVersion(1, 70_000, payees);

        payees = new Payee[](1);
        payees[0] = Payee({ account: makeAddr("payee 1"), bps: 10_000 });
        _addVersion(2, 0.3 ether, payees);

        payees = new Payee[](2);
        payees[0] = Payee({ account: makeAddr("payee 2"), bps: 1 });
        payees[1] = Payee({ account: makeAddr("payee 4"), bps: 9_999 });
        _addVersion(3, 0, payees);
    }

    function _addVersion(uint256 versionId, uint256 price, Payee[] memory payees) private {
        Terms memory terms = Terms({
            versionId: versionId,
            vkHash: keccak256(abi.encode("key", versionId)),
            price: price,
            inputWords: versionId,
            outputWords: 4 - versionId,
            active: true
        });
        registry.add(terms, payees);
    }

    function _makeAccounts() private {
        string[4] memory names = ["payer 1", "payer 2", "payer 3", "owner of the wallet"];
        Allocation[] memory allocations = new Allocation[](4);
        for (uint256 i = 0; i < 4; ++i) {
            (address account, uint256 key) = makeAddrAndKey(names[i]);
            if (i == 3) account = address(new SmartWallet(account));
            setup.payers.push(account);
            setup.payerKeys.push(key);
            allocations[i] = Allocation({ account: account, amount: 250_000_000 ether });
        }
        token = new OPGToken(allocations);
        setup.provers.push(makeAddr("prover 1"));
        setup.provers.push(makeAddr("prover 2"));
        setup.provers.push(makeAddr("prover 3"));
        setup.callbacks.push(address(0));
        setup.callbacks.push(address(new Consumer()));
        setup.callbacks.push(address(new GasBurner()));
    }

    function _unpaidShares(uint256 versionId) private view returns (uint256 shares) {
        for (uint256 i = 0; i < handler.versionOf(versionId).payeeCount; ++i) {
            shares += settlement.payeeShareOf(versionId, i);
        }
    }

    function _proverIndex(address prover) private view returns (uint256 index) {
        while (setup.provers[index] != prover) ++index;
    }
}

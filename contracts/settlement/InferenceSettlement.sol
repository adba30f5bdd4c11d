// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Multicall } from "@openzeppelin/contracts/utils/Multicall.sol";
import { LibCall } from "solady/src/utils/LibCall.sol";
import { IModelRegistry } from "../registry/IModelRegistry.sol";
import { Payee } from "../registry/types/Payee.sol";
import { IOPGToken } from "../token/IOPGToken.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Statement } from "../verify/Statement.sol";
import { Proof } from "../verify/types/Proof.sol";
import { VerificationItem } from "../verify/types/VerificationItem.sol";
import { IInferenceConsumer } from "./IInferenceConsumer.sol";
import { IInferenceSettlement } from "./IInferenceSettlement.sol";
import { Obstacle } from "./types/Obstacle.sol";
import { Order } from "./types/Order.sol";
import { Request } from "./types/Request.sol";
import { RequestStatus } from "./types/RequestStatus.sol";
import { SettlementItem } from "./types/SettlementItem.sol";
import { Terms } from "./types/Terms.sol";

/// @title InferenceSettlement
/// @notice See {IInferenceSettlement}.
/// @dev Reentrancy. Only two kinds of call run foreign code that can change state, the token and a consumer, and each
/// is the last step but one: money leaves the books before the tokens leave, tokens come before they enter the
/// books, and consumers are called after the last effect. So S1 holds whenever anybody else can look, and a lock
/// would protect nothing; it would keep a consumer from sending its next request when it is told of a result.
/// Registry, verifier and smart wallets are reached by static calls.
contract InferenceSettlement is IInferenceSettlement, EIP712, Multicall {
    using SafeERC20 for IOPGToken;

    // ── Immutables ───────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IInferenceSettlement
    uint8 public constant STORE_RESULT = 1;

    /// @inheritdoc IInferenceSettlement
    uint256 public constant CALLBACK_GAS = 250_000;

    /// @inheritdoc IInferenceSettlement
    uint256 public constant SIGNATURE_GAS = 250_000;

    /// @dev Gas spent between the check of the gas left and the consumer's first instruction: 2,600 for a cold
    /// account (EIP-2929), the rest for the few instructions around the call.
    uint256 private constant CALLBACK_OVERHEAD = 5_000;

    uint256 private constant BASIS_POINTS = 10_000;

    /// @inheritdoc IInferenceSettlement
    IOPGToken public immutable token;

    /// @inheritdoc IInferenceSettlement
    IModelRegistry public immutable registry;

    /// @inheritdoc IInferenceSettlement
    IProofVerifier public immutable verifier;

    // ── Storage ──────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IInferenceSettlement
    mapping(address account => uint256) public depositOf;

    /// @inheritdoc IInferenceSettlement
    mapping(address payer => mapping(uint256 word => uint256)) public nonceBitmap;

    /// @inheritdoc IInferenceSettlement
    mapping(uint256 versionId => uint256) public earnedBy;

    /// @inheritdoc IInferenceSettlement
    mapping(address prover => uint256) public proverEarningsOf;

    mapping(uint256 versionId => mapping(uint256 payeeIndex => uint256)) private _withdrawnShares;
    mapping(bytes32 requestId => Request) private _requests;
    mapping(bytes32 requestId => uint256[]) private _results;

    // ── Constructor ──────────────────────────────────────────────────────────────────────────────────────

    constructor(
        IOPGToken token_,
        IModelRegistry registry_,
        IProofVerifier verifier_
    ) EIP712("OPG Inference Settlement", "1") {
        token = token_;
        registry = registry_;
        verifier = verifier_;
    }

    // ── External ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IInferenceSettlement
    function deposit(uint256 amount) external {
        _depositFromCaller(msg.sender, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function depositFor(address account, uint256 amount) external {
        if (account == address(0)) revert InferenceSettlement__ZeroAccount();
        _depositFromCaller(account, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // A permit spent by somebody else has left the allowance behind; if it has not, the transfer fails.
        try token.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _depositFromCaller(msg.sender, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        token.receiveWithAuthorization({
            from: from,
            to: address(this),
            value: amount,
            validAfter: validAfter,
            validBefore: validBefore,
            nonce: nonce,
            signature: signature
        });
        _creditDeposit(from, from, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function withdraw(uint256 amount, address to) external {
        // Effects
        _debitDeposit(msg.sender, amount);
        emit Withdrawn({ account: msg.sender, to: to, amount: amount });

        // Interactions
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function request(Order calldata order) external returns (bytes32 requestId) {
        // Checks
        if (msg.sender != order.payer) revert InferenceSettlement__NotPayer(msg.sender, order.payer);
        requestId = hashOrder(order);
        Obstacle obstacle = _obstacleToCommit(order, _termsOf(order.versionId));
        if (obstacle != Obstacle.None) revert InferenceSettlement__NotPayable(requestId, obstacle);

        // Effects
        _debitDeposit(order.payer, order.maxFee);
        _spendNonce(order.payer, order.salt);
        _requests[requestId] = Request({
            status: RequestStatus.Open,
            deadline: order.deadline,
            escrow: SafeCast.toUint184(order.maxFee)
        });
        emit Requested({
            requestId: requestId,
            payer: order.payer,
            versionId: order.versionId,
            order: order
        });
    }

    /// @inheritdoc IInferenceSettlement
    function settle(
        Order calldata order,
        bytes calldata signature,
        address prover,
        uint256[] calldata outputs,
        Proof calldata proof
    ) external {
        bytes32 requestId = hashOrder(order);
        Terms memory terms = _termsOf(order.versionId);

        // Checks
        Obstacle obstacle = _obstacleToCharge(requestId, order, signature, terms);
        if (obstacle != Obstacle.None) revert InferenceSettlement__NotPayable(requestId, obstacle);
        uint256[] memory values = _publicValues(requestId, order.inputs, prover, outputs, terms);
        if (!verifier.verify(terms.vkHash, values, proof))
            revert InferenceSettlement__InvalidProof(requestId);

        // Effects
        _charge(requestId, order, signature);
        _credit(requestId, order, prover, outputs, terms.price);

        // Interactions
        _tell(requestId, order, outputs);
    }

    /// @inheritdoc IInferenceSettlement
    function settleMany(SettlementItem[] calldata items) external returns (Obstacle[] memory obstacles) {
        bytes32[] memory requestIds = new bytes32[](items.length);
        Terms[] memory terms = new Terms[](items.length);
        uint256 payable_;
        obstacles = new Obstacle[](items.length);

        // Checks that may fail without fault of the submitter. Each item is charged at once, so that the next sees
        // what it leaves of the payer's deposit and nonces; whatever reverts below undoes it.
        for (uint256 i = 0; i < items.length; ++i) {
            SettlementItem calldata item = items[i];
            bytes32 requestId = hashOrder(item.order);
            requestIds[i] = requestId;
            terms[i] =
                i > 0 && item.order.versionId == items[i - 1].order.versionId
                    ? terms[i - 1]
                    : _termsOf(item.order.versionId);
            Obstacle obstacle = _obstacleToCharge(requestId, item.order, item.signature, terms[i]);
            if (obstacle == Obstacle.None) {
                _charge(requestId, item.order, item.signature);
                ++payable_;
            } else {
                obstacles[i] = obstacle;
                emit ItemSkipped({ requestId: requestId, index: i, obstacle: obstacle });
            }
        }

        // Check: every remaining proof
        if (payable_ > 0) _requireProofs(items, requestIds, terms, obstacles, payable_);

        // Effects
        for (uint256 i = 0; i < items.length; ++i) {
            if (obstacles[i] != Obstacle.None) continue;
            SettlementItem calldata item = items[i];
            _credit(requestIds[i], item.order, item.prover, item.outputs, terms[i].price);
        }

        // Interactions
        for (uint256 i = 0; i < items.length; ++i) {
            if (obstacles[i] == Obstacle.None) _tell(requestIds[i], items[i].order, items[i].outputs);
        }
    }

    /// @inheritdoc IInferenceSettlement
    function refund(Order calldata order) external {
        bytes32 requestId = hashOrder(order);
        Request storage stored = _requests[requestId];

        // Checks
        if (stored.status != RequestStatus.Open) revert InferenceSettlement__NotOpen(requestId);
        if (_isLive(order)) revert InferenceSettlement__NotExpired(requestId, order.deadline);

        // Effects
        stored.status = RequestStatus.Refunded;
        depositOf[order.payer] += order.maxFee;
        emit Refunded({ requestId: requestId, payer: order.payer, amount: order.maxFee });
    }

    /// @inheritdoc IInferenceSettlement
    function cancelNonces(uint256 word, uint256 mask) external {
        nonceBitmap[msg.sender][word] |= mask;
        emit NoncesCancelled({ payer: msg.sender, word: word, mask: mask });
    }

    /// @inheritdoc IInferenceSettlement
    function withdrawProverEarnings(address prover) external returns (uint256 amount) {
        // Effects
        amount = proverEarningsOf[prover];
        proverEarningsOf[prover] = 0;
        emit ProverEarningsWithdrawn({ prover: prover, amount: amount });

        // Interactions
        token.safeTransfer(prover, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function withdrawPayeeShare(uint256 versionId, uint256 payeeIndex) external returns (uint256 amount) {
        address account;
        (account, amount) = _payeeShare(versionId, payeeIndex);

        // Effects
        _withdrawnShares[versionId][payeeIndex] += amount;
        emit PayeeShareWithdrawn({
            versionId: versionId,
            payeeIndex: payeeIndex,
            account: account,
            amount: amount
        });

        // Interactions
        token.safeTransfer(account, amount);
    }

    // ── Views ────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IInferenceSettlement
    function payeeShareOf(uint256 versionId, uint256 payeeIndex) external view returns (uint256 amount) {
        (, amount) = _payeeShare(versionId, payeeIndex);
    }

    /// @inheritdoc IInferenceSettlement
    function requestOf(bytes32 requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @inheritdoc IInferenceSettlement
    function resultOf(bytes32 requestId) external view returns (uint256[] memory outputs) {
        outputs = _results[requestId];
        if (outputs.length == 0) revert InferenceSettlement__NoResult(requestId);
    }

    /// @inheritdoc IInferenceSettlement
    function contextOf(bytes32 requestId, address prover) external view returns (uint256) {
        return Statement.context(requestId, prover);
    }

    /// @inheritdoc IInferenceSettlement
    function obstacleTo(Order calldata order, bytes calldata signature) external view returns (Obstacle) {
        return _obstacleToCharge(hashOrder(order), order, signature, _termsOf(order.versionId));
    }

    /// @inheritdoc IInferenceSettlement
    function isSigned(
        address payer,
        bytes32 requestId,
        bytes calldata signature
    ) external view returns (bool) {
        return SignatureChecker.isValidSignatureNowCalldata(payer, requestId, signature);
    }

    /// @inheritdoc IInferenceSettlement
    function hashOrder(Order calldata order) public view returns (bytes32 requestId) {
        return _hashTypedDataV4(order.hash());
    }

    // ── Internals: checks ────────────────────────────────────────────────────────────────────────────────

    function _isLive(Order calldata order) private view returns (bool) {
        return block.timestamp < order.deadline;
    }

    function _termsOf(uint256 versionId) private view returns (Terms memory terms) {
        (terms.vkHash, terms.price, terms.inputWords, terms.outputWords, terms.active) = registry
            .settlementTerms(versionId);
    }

    /// @dev What stands against settling: for a request its state alone, since the rest was checked when it was
    /// made and cannot change; for a signed order all that `request` checks, and the signature.
    function _obstacleToCharge(
        bytes32 requestId,
        Order calldata order,
        bytes calldata signature,
        Terms memory terms
    ) private view returns (Obstacle obstacle) {
        if (signature.length == 0) {
            RequestStatus status = _requests[requestId].status;
            if (status == RequestStatus.Unknown) return Obstacle.RequestUnknown;
            if (status == RequestStatus.Settled) return Obstacle.RequestSettled;
            if (status == RequestStatus.Refunded) return Obstacle.RequestRefunded;
            return _isLive(order) ? Obstacle.None : Obstacle.Expired;
        }
        obstacle = _obstacleToCommit(order, terms);
        if (obstacle == Obstacle.None && !_isSignedWithin(order.payer, requestId, signature)) {
            obstacle = Obstacle.BadSignature;
        }
    }

    /// @dev What stands against a new claim on the payer's deposit.
    function _obstacleToCommit(Order calldata order, Terms memory terms) private view returns (Obstacle) {
        if (!_isLive(order)) return Obstacle.Expired;
        if (!terms.active) return Obstacle.VersionInactive;
        if (terms.price > order.maxFee) return Obstacle.PriceAboveFee;
        if (order.mode & ~STORE_RESULT != 0) return Obstacle.UnknownMode;
        if (order.inputs.length != terms.inputWords) return Obstacle.InputCount;
        for (uint256 i = 0; i < order.inputs.length; ++i) {
            if (order.inputs[i] >= Statement.R) return Obstacle.InputOutOfField;
        }
        if (nonceBitmap[order.payer][order.salt >> 8] & (1 << (order.salt & 0xff)) != 0) {
            return Obstacle.NonceSpent;
        }
        if (depositOf[order.payer] < order.maxFee) return Obstacle.Unfunded;
        return Obstacle.None;
    }

    /// @dev A smart wallet is asked through a call to ourselves with a gas cap, so that it cannot burn the gas of a
    /// batch that it is one item of. An account without code runs nothing and needs no cap.
    function _isSignedWithin(
        address payer,
        bytes32 requestId,
        bytes calldata signature
    ) private view returns (bool) {
        if (payer.code.length == 0) {
            return SignatureChecker.isValidSignatureNowCalldata(payer, requestId, signature);
        }
        try this.isSigned{ gas: SIGNATURE_GAS }(payer, requestId, signature) returns (bool valid) {
            return valid;
        } catch {
            return false;
        }
    }

    /// @dev v = (context, inputs..., outputs...). Both counts are the version's own: a proof would also hold for v
    /// with zeros appended, because they do not change the evaluation.
    function _publicValues(
        bytes32 requestId,
        uint256[] calldata inputs,
        address prover,
        uint256[] calldata outputs,
        Terms memory terms
    ) private view returns (uint256[] memory values) {
        if (outputs.length != terms.outputWords) {
            revert InferenceSettlement__OutputCount({
                requestId: requestId,
                given: outputs.length,
                expected: terms.outputWords
            });
        }
        values = new uint256[](1 + inputs.length + outputs.length);
        values[0] = Statement.context(requestId, prover);
        for (uint256 i = 0; i < inputs.length; ++i) values[1 + i] = inputs[i];
        for (uint256 i = 0; i < outputs.length; ++i) values[1 + inputs.length + i] = outputs[i];
    }

    /// @dev One batch check of the items without an obstacle, of which there are `count`.
    function _requireProofs(
        SettlementItem[] calldata items,
        bytes32[] memory requestIds,
        Terms[] memory terms,
        Obstacle[] memory obstacles,
        uint256 count
    ) private view {
        VerificationItem[] memory batch = new VerificationItem[](count);
        uint256[] memory positions = new uint256[](count);
        uint256 next;
        for (uint256 i = 0; i < items.length; ++i) {
            if (obstacles[i] != Obstacle.None) continue;
            SettlementItem calldata item = items[i];
            batch[next].vkHash = terms[i].vkHash;
            batch[next].values = _publicValues(
                requestIds[i],
                item.order.inputs,
                item.prover,
                item.outputs,
                terms[i]
            );
            batch[next].proof = item.proof;
            positions[next++] = i;
        }
        if (verifier.verifyBatch(batch)) return;

        uint256[] memory indices = verifier.invalidItems(batch);
        for (uint256 i = 0; i < indices.length; ++i) indices[i] = positions[indices[i]];
        revert InferenceSettlement__InvalidProofs(indices);
    }

    function _payeeShare(
        uint256 versionId,
        uint256 payeeIndex
    ) private view returns (address account, uint256 amount) {
        Payee[] memory payees = registry.payeesOf(versionId);
        if (payeeIndex >= payees.length) revert InferenceSettlement__UnknownPayee(versionId, payeeIndex);
        account = payees[payeeIndex].account;
        // Exact: every price is a multiple of 10,000, hence so is their sum (S4).
        amount =
            (earnedBy[versionId] * payees[payeeIndex].bps) / BASIS_POINTS -
            _withdrawnShares[versionId][payeeIndex];
    }

    // ── Internals: effects ───────────────────────────────────────────────────────────────────────────────

    /// @dev The tokens come before the credit: nobody can spend what is not there.
    function _depositFromCaller(address account, uint256 amount) private {
        token.safeTransferFrom(msg.sender, address(this), amount);
        _creditDeposit(account, msg.sender, amount);
    }

    function _creditDeposit(address account, address from, uint256 amount) private {
        depositOf[account] += amount;
        emit Deposited({ account: account, from: from, amount: amount });
    }

    function _debitDeposit(address account, uint256 amount) private {
        uint256 balance = depositOf[account];
        if (balance < amount) {
            revert InferenceSettlement__InsufficientDeposit({
                account: account,
                balance: balance,
                needed: amount
            });
        }
        depositOf[account] = balance - amount;
    }

    function _spendNonce(address payer, uint256 salt) private {
        nonceBitmap[payer][salt >> 8] |= 1 << (salt & 0xff);
    }

    /// @dev Takes the fee of an order without an obstacle: out of escrow, or out of the deposit.
    function _charge(bytes32 requestId, Order calldata order, bytes calldata signature) private {
        if (signature.length == 0) {
            _requests[requestId].status = RequestStatus.Settled;
        } else {
            _debitDeposit(order.payer, order.maxFee);
            _spendNonce(order.payer, order.salt);
        }
    }

    /// @dev Hands the fee taken by `_charge` to the version's payees and the prover: nothing else, nothing less (S4).
    function _credit(
        bytes32 requestId,
        Order calldata order,
        address prover,
        uint256[] calldata outputs,
        uint256 price
    ) private {
        earnedBy[order.versionId] += price;
        proverEarningsOf[prover] += order.maxFee - price;
        if (order.mode & STORE_RESULT != 0) _results[requestId] = outputs;
        emit InferenceSettled({
            requestId: requestId,
            versionId: order.versionId,
            prover: prover,
            payer: order.payer,
            fee: order.maxFee,
            outputs: outputs
        });
    }

    // ── Internals: interactions ──────────────────────────────────────────────────────────────────────────

    /// @dev Tells the consumer, whose failure changes nothing. Of the gas left a call passes on at most 63/64
    /// (EIP-150), silently: without the check a submitter could choose his gas limit so that the consumer runs out
    /// and the settlement still stands. Return data is not copied, so that it costs nothing here.
    function _tell(bytes32 requestId, Order calldata order, uint256[] calldata outputs) private {
        if (order.callback == address(0)) return;
        bytes memory data = abi.encodeCall(
            IInferenceConsumer.onInference,
            (requestId, order.versionId, outputs)
        );
        uint256 required = (CALLBACK_GAS * 64) / 63 + CALLBACK_OVERHEAD;
        if (gasleft() < required) revert InferenceSettlement__CallbackGas(gasleft(), required);
        (bool success, , ) = LibCall.tryCall({
            target: order.callback,
            value: 0,
            gasStipend: CALLBACK_GAS,
            maxCopy: 0,
            data: data
        });
        if (!success) emit CallbackFailed({ requestId: requestId, callback: order.callback });
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
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
import { IInferenceConsumer } from "./IInferenceConsumer.sol";
import { IInferenceSettlement } from "./IInferenceSettlement.sol";
import { ProofBatch, ProofBatchLib } from "./ProofBatch.sol";
import { Account } from "./types/Account.sol";
import { Obstacle } from "./types/Obstacle.sol";
import { Order } from "./types/Order.sol";
import { Request } from "./types/Request.sol";
import { RequestStatus } from "./types/RequestStatus.sol";
import { SettlementItem } from "./types/SettlementItem.sol";
import { Takings } from "./types/Takings.sol";
import { Terms } from "./types/Terms.sol";

/// @title InferenceSettlement
/// @notice See {IInferenceSettlement}.
/// @dev Reentrancy. Only two kinds of call run foreign code that can change state: the token and a consumer. Money leaves
/// the books before the tokens leave, tokens come before they enter the books, and consumers are called after the last
/// effect. So the books are right (S1) whenever anybody else has control, and a lock would protect nothing; it would
/// only keep a consumer from sending its next request when it is told of a result. Registry, verifier and smart
/// wallets are reached by static calls, which is why fees can be booked before the proof is checked: nobody can use
/// what an invalid proof takes back.
contract InferenceSettlement is IInferenceSettlement, EIP712, Multicall {
    using SafeERC20 for IOPGToken;

    // ── Immutables ───────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IInferenceSettlement
    uint8 public constant STORE_RESULT = 1;

    /// @inheritdoc IInferenceSettlement
    uint256 public constant CALLBACK_GAS = 250_000;

    /// @inheritdoc IInferenceSettlement
    uint256 public constant SIGNATURE_GAS = 250_000;

    /// @dev Gas spent between the check of the gas left and the consumer's first instruction: 2,600 for a cold account
    /// (EIP-2929), as much again for the code that it may delegate to (EIP-7702), the rest for the instructions around
    /// the call.
    uint256 private constant CALLBACK_OVERHEAD = 8_000;

    uint256 private constant BASIS_POINTS = 10_000;

    /// @inheritdoc IInferenceSettlement
    IOPGToken public immutable token;

    /// @inheritdoc IInferenceSettlement
    IModelRegistry public immutable registry;

    /// @inheritdoc IInferenceSettlement
    IProofVerifier public immutable verifier;

    // ── Storage ──────────────────────────────────────────────────────────────────────────────────────────

    mapping(address payer => Account) private _accounts;

    /// @inheritdoc IInferenceSettlement
    mapping(uint256 versionId => uint256) public earnedBy;

    /// @inheritdoc IInferenceSettlement
    mapping(address prover => uint256) public proverEarningsOf;

    mapping(uint256 versionId => mapping(uint256 payeeIndex => uint256)) private _withdrawnShares;
    mapping(bytes32 requestId => Request) private _requests;
    mapping(bytes32 requestId => uint256[]) private _results;

    // ── Constructor ──────────────────────────────────────────────────────────────────────────────────────

    /// @param token_ The token of all amounts; it must move exactly what it is asked to move.
    /// @param registry_ The registry, whose verifier checks the proofs.
    constructor(IOPGToken token_, IModelRegistry registry_) EIP712("OPG Inference Settlement", "1") {
        token = token_;
        registry = registry_;
        verifier = registry_.verifier();
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
        // Checks
        Account storage account = _accounts[msg.sender];
        uint256 balance = account.deposit;
        if (balance < amount) {
            revert InferenceSettlement__InsufficientDeposit({
                account: msg.sender,
                balance: balance,
                needed: amount
            });
        }

        // Effects
        account.deposit = balance - amount;
        emit Withdrawn({ account: msg.sender, to: to, amount: amount });

        // Interactions
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc IInferenceSettlement
    function request(Order calldata order) external returns (bytes32 requestId) {
        // Checks
        if (msg.sender != order.payer) revert InferenceSettlement__NotPayer(msg.sender, order.payer);
        requestId = hashOrder(order);
        Obstacle obstacle = _obstacleInOrder(order, _termsOf(order.versionId));
        if (obstacle == Obstacle.None && !_areFieldElements(order.inputs)) {
            obstacle = Obstacle.InputOutOfField;
        }

        // Effects
        if (obstacle == Obstacle.None) obstacle = _takeFee(order);
        if (obstacle != Obstacle.None) revert InferenceSettlement__NotPayable(requestId, obstacle);
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

        // Effects; an invalid proof below undoes them
        Obstacle obstacle = _charge(requestId, order, signature, terms);
        if (obstacle != Obstacle.None) revert InferenceSettlement__NotPayable(requestId, obstacle);
        _record(requestId, order, prover, outputs, terms);
        uint256 rest = order.maxFee - terms.price;
        _book(Takings({ versionId: order.versionId, prices: terms.price, prover: prover, rests: rest }));

        // Checks: the proof
        uint256[] memory values = _publicValues(requestId, order.inputs, prover, outputs);
        if (!verifier.verify(terms.vkHash, values, proof)) {
            revert InferenceSettlement__InvalidProof(requestId);
        }

        // Interactions
        _tell(requestId, order, outputs);
    }

    /// @inheritdoc IInferenceSettlement
    function settleMany(SettlementItem[] calldata items) external returns (Obstacle[] memory obstacles) {
        obstacles = new Obstacle[](items.length);
        ProofBatch memory batch = ProofBatchLib.open(items.length);
        Terms memory terms;
        Takings memory takings;
        bytes32 domain = _domainSeparatorV4();
        bool callbacks;

        // Effects, item by item, so that each item sees what the ones before it left of deposits and nonces. An item
        // that cannot be charged is no fault of the submitter. An invalid proof below undoes everything.
        for (uint256 i = 0; i < items.length; ++i) {
            SettlementItem calldata item = items[i];
            Order calldata order = item.order;
            if (i == 0 || order.versionId != terms.versionId) terms = _termsOf(order.versionId);
            bytes32 requestId = MessageHashUtils.toTypedDataHash(domain, order.hash());
            Obstacle obstacle = _charge(requestId, order, item.signature, terms);
            if (obstacle != Obstacle.None) {
                obstacles[i] = obstacle;
                emit ItemSkipped({ requestId: requestId, index: i, obstacle: obstacle });
                continue;
            }
            _settleItem(requestId, order, item, terms, takings, batch);
            if (order.callback != address(0)) callbacks = true;
        }
        _book(takings);

        // Checks: all proofs at once
        if (!batch.holds(verifier)) {
            revert InferenceSettlement__InvalidProofs(_positions(batch.invalidItems(verifier), obstacles));
        }

        // Interactions
        if (!callbacks) return obstacles;
        for (uint256 i = 0; i < items.length; ++i) {
            if (obstacles[i] == Obstacle.None) {
                _tell(hashOrder(items[i].order), items[i].order, items[i].outputs);
            }
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
        _accounts[order.payer].deposit += order.maxFee;
        emit Refunded({ requestId: requestId, payer: order.payer, amount: order.maxFee });
    }

    /// @inheritdoc IInferenceSettlement
    function cancelNonces(uint256 word, uint256 mask) external {
        _accounts[msg.sender].nonces[word] |= mask;
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
    function depositOf(address account) external view returns (uint256) {
        return _accounts[account].deposit;
    }

    /// @inheritdoc IInferenceSettlement
    function nonceBitmap(address payer, uint256 word) external view returns (uint256) {
        return _accounts[payer].nonces[word];
    }

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
    function obstacleTo(
        Order calldata order,
        bytes calldata signature
    ) external view returns (Obstacle obstacle) {
        bytes32 requestId = hashOrder(order);
        if (signature.length == 0) return _obstacleInStatus(_requests[requestId].status, order);
        obstacle = _obstacleInOrder(order, _termsOf(order.versionId));
        if (obstacle != Obstacle.None) return obstacle;
        if (!_isSigned(order.payer, requestId, signature)) return Obstacle.BadSignature;
        Account storage account = _accounts[order.payer];
        return _obstacleInAccount(order, account.nonces[order.salt >> 8], account.deposit);
    }

    /// @inheritdoc IInferenceSettlement
    function isSignedByWallet(
        address wallet,
        bytes32 requestId,
        bytes calldata signature
    ) external view returns (bool) {
        return SignatureChecker.isValidERC1271SignatureNowCalldata(wallet, requestId, signature);
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
        terms.versionId = versionId;
        (terms.vkHash, terms.price, terms.inputWords, terms.outputWords, terms.active) = registry
            .settlementTerms(versionId);
    }

    /// @dev A request was checked when it was made: nothing but its own end can stand against settling it.
    function _obstacleInStatus(RequestStatus status, Order calldata order) private view returns (Obstacle) {
        if (status == RequestStatus.Unknown) return Obstacle.RequestUnknown;
        if (status == RequestStatus.Settled) return Obstacle.RequestSettled;
        if (status == RequestStatus.Refunded) return Obstacle.RequestRefunded;
        return _isLive(order) ? Obstacle.None : Obstacle.Expired;
    }

    /// @dev What stands in the order itself against a new claim on the payer's deposit.
    function _obstacleInOrder(Order calldata order, Terms memory terms) private view returns (Obstacle) {
        if (!_isLive(order)) return Obstacle.Expired;
        if (!terms.active) return Obstacle.VersionInactive;
        if (order.maxFee < terms.price) return Obstacle.PriceAboveFee;
        if (order.mode & ~STORE_RESULT != 0) return Obstacle.UnknownMode;
        return order.inputs.length == terms.inputWords ? Obstacle.None : Obstacle.InputCount;
    }

    /// @dev Nobody can prove an answer to an input that is no field element, so its fee must not be locked up. A signed
    /// order locks nothing up, and the verifier refuses such a value anyway.
    function _areFieldElements(uint256[] calldata values) private pure returns (bool) {
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] >= Statement.R) return false;
        }
        return true;
    }

    /// @dev What stands in the payer's nonces and deposit against it.
    /// @param bitmap The word that has the order's nonce.
    function _obstacleInAccount(
        Order calldata order,
        uint256 bitmap,
        uint256 balance
    ) private pure returns (Obstacle) {
        if (bitmap & _nonceBit(order) != 0) return Obstacle.NonceSpent;
        return balance < order.maxFee ? Obstacle.Unfunded : Obstacle.None;
    }

    function _nonceBit(Order calldata order) private pure returns (uint256) {
        return 1 << (order.salt & 0xff);
    }

    /// @dev A key that signs for its own address needs no code to agree: so it is under EIP-7702, and the address of a
    /// contract has no key. Any other payer is asked by ERC-1271, through a call to ourselves with a gas cap, so
    /// that a wallet cannot burn the gas of a batch that it is one item of.
    function _isSigned(
        address payer,
        bytes32 requestId,
        bytes calldata signature
    ) private view returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(requestId, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == payer) return true;
        if (payer.code.length == 0) return false;
        try this.isSignedByWallet{ gas: SIGNATURE_GAS }(payer, requestId, signature) returns (bool valid) {
            return valid;
        } catch {
            return false;
        }
    }

    /// @dev v = (context, inputs..., outputs...).
    function _publicValues(
        bytes32 requestId,
        uint256[] calldata inputs,
        address prover,
        uint256[] calldata outputs
    ) private view returns (uint256[] memory values) {
        values = new uint256[](1 + inputs.length + outputs.length);
        values[0] = Statement.context(requestId, prover);
        for (uint256 i = 0; i < inputs.length; ++i) values[1 + i] = inputs[i];
        for (uint256 i = 0; i < outputs.length; ++i) values[1 + inputs.length + i] = outputs[i];
    }

    /// @dev From places in the batch to places in the call's items: the batch has only those without an obstacle.
    function _positions(
        uint256[] memory indices,
        Obstacle[] memory obstacles
    ) private pure returns (uint256[] memory) {
        uint256 found;
        uint256 place;
        for (uint256 i = 0; found < indices.length; ++i) {
            if (obstacles[i] != Obstacle.None) continue;
            if (indices[found] == place++) indices[found++] = i;
        }
        return indices;
    }

    function _payeeShare(
        uint256 versionId,
        uint256 payeeIndex
    ) private view returns (address account, uint256 amount) {
        Payee memory payee = registry.payeeAt(versionId, payeeIndex);
        // Exact: every price is a multiple of 10,000, hence so is their sum (S4).
        uint256 earned = (earnedBy[versionId] * payee.bps) / BASIS_POINTS;
        return (payee.account, earned - _withdrawnShares[versionId][payeeIndex]);
    }

    // ── Internals: effects ───────────────────────────────────────────────────────────────────────────────

    /// @dev The tokens come before the credit: nobody can spend what is not there.
    function _depositFromCaller(address account, uint256 amount) private {
        token.safeTransferFrom(msg.sender, address(this), amount);
        _creditDeposit(account, msg.sender, amount);
    }

    function _creditDeposit(address account, address from, uint256 amount) private {
        _accounts[account].deposit += amount;
        emit Deposited({ account: account, from: from, amount: amount });
    }

    /// @dev Takes the fee of an order: out of escrow without a signature, out of the deposit with one. Does nothing if
    /// there is an obstacle.
    function _charge(
        bytes32 requestId,
        Order calldata order,
        bytes calldata signature,
        Terms memory terms
    ) private returns (Obstacle obstacle) {
        if (signature.length == 0) {
            Request storage stored = _requests[requestId];
            obstacle = _obstacleInStatus(stored.status, order);
            if (obstacle == Obstacle.None) stored.status = RequestStatus.Settled;
            return obstacle;
        }
        obstacle = _obstacleInOrder(order, terms);
        if (obstacle != Obstacle.None) return obstacle;
        if (!_isSigned(order.payer, requestId, signature)) return Obstacle.BadSignature;
        return _takeFee(order);
    }

    /// @dev Spends the order's nonce and takes its fee out of the payer's deposit. Does nothing if there is an obstacle.
    function _takeFee(Order calldata order) private returns (Obstacle obstacle) {
        Account storage account = _accounts[order.payer];
        uint256 word = order.salt >> 8;
        uint256 bitmap = account.nonces[word];
        uint256 balance = account.deposit;
        obstacle = _obstacleInAccount(order, bitmap, balance);
        if (obstacle != Obstacle.None) return obstacle;
        account.nonces[word] = bitmap | _nonceBit(order);
        account.deposit = balance - order.maxFee;
    }

    /// @dev Publishes an answer, and stores it if the order asks for that.
    function _record(
        bytes32 requestId,
        Order calldata order,
        address prover,
        uint256[] calldata outputs,
        Terms memory terms
    ) private {
        // The inputs were counted when the order was checked. Both counts matter: a proof would also hold for v with
        // zeros appended, because they do not change the evaluation.
        if (outputs.length != terms.outputWords) {
            revert InferenceSettlement__OutputCount({
                requestId: requestId,
                given: outputs.length,
                expected: terms.outputWords
            });
        }
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

    /// @dev Adds a fee taken by `_charge` to takings that are not booked yet. Items of a batch that follow one another
    /// mostly have one version and one prover, so this saves two storage writes an item.
    function _collect(Takings memory takings, uint256 fee, address prover, Terms memory terms) private {
        if (terms.versionId != takings.versionId || prover != takings.prover) {
            _book(takings);
            takings.versionId = terms.versionId;
            takings.prover = prover;
            takings.prices = 0;
            takings.rests = 0;
        }
        uint256 rest = fee - terms.price;
        unchecked {
            // Both are sums of parts of fees, which are deposited tokens: at most the token's supply.
            takings.prices += terms.price;
            takings.rests += rest;
        }
    }

    /// @dev Hands takings to the version's payees and the prover: nothing else, nothing less (S4).
    function _book(Takings memory takings) private {
        if (takings.prices > 0) earnedBy[takings.versionId] += takings.prices;
        if (takings.rests > 0) proverEarningsOf[takings.prover] += takings.rests;
    }

    /// @dev All that settling a charged item of a batch takes but the check of its proof, which it adds to `batch`.
    function _settleItem(
        bytes32 requestId,
        Order calldata order,
        SettlementItem calldata item,
        Terms memory terms,
        Takings memory takings,
        ProofBatch memory batch
    ) private {
        address prover = item.prover;
        uint256[] calldata outputs = item.outputs;
        _record(requestId, order, prover, outputs, terms);
        _collect(takings, order.maxFee, prover, terms);
        batch.append({
            vkHash: terms.vkHash,
            context: Statement.context(requestId, prover),
            inputs: order.inputs,
            outputs: outputs,
            proof: item.proof
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

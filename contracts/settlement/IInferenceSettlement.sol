// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IModelRegistry } from "../registry/IModelRegistry.sol";
import { IOPGToken } from "../token/IOPGToken.sol";
import { IProofVerifier } from "../verify/IProofVerifier.sol";
import { Proof } from "../verify/types/Proof.sol";
import { Obstacle } from "./types/Obstacle.sol";
import { Order } from "./types/Order.sol";
import { Request } from "./types/Request.sol";
import { SettlementItem } from "./types/SettlementItem.sol";

/// @title Pays for proved inferences, and for nothing else
/// @notice A payer keeps a deposit, and either sends an order on chain (its fee is set aside at once) or signs it
/// off chain (its fee is taken when it is settled). Whoever brings a proof of the answer settles the order: the
/// version's price goes to the version's payees, the rest of the fee to the prover the proof names. An on-chain
/// request not settled by its deadline goes back to the payer's deposit.
/// @dev No owner, no pause, no upgrade. Numbered invariants are in `docs/invariants.md`:
/// S1 token balance >= escrow + deposits + unpaid shares; S2 an order is settled or refunded at most once, never
/// both; S3 nothing is paid without a verified proof for that exact (version, input, output, payee);
/// S4 the shares of a fee sum to the fee.
///
/// The token is fixed at deployment and must move exactly the amount it is asked to move (no fee on transfer, no
/// rebasing), as OPG does.
///
/// An order, sent or signed, spends its payer's nonce `salt`, so that one that was both signed and sent can be
/// charged only once. The proof is no nullifier: a Groth16 proof can be re-randomised.
///
/// A version that its owner has deprecated takes no new orders. A request escrowed before can still be settled:
/// the payer's money and the prover's work were both committed to it. A signed order is only an offer until it is
/// settled, nothing is committed to it, so it cannot: deprecation is how an owner stops a faulty model or setup, and
/// payers who signed orders with a distant deadline are the ones who need that to be effective.
interface IInferenceSettlement {
    // ── Events ─────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice `amount` moved from `from` into the deposit of `account`.
    event Deposited(address indexed account, address indexed from, uint256 amount);

    /// @notice `amount` left the deposit of `account` for `to`.
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    /// @notice An order was sent on chain and its fee set aside; `order` is all that a prover needs.
    event Requested(bytes32 indexed requestId, address indexed payer, uint256 indexed versionId, Order order);

    /// @notice An order was answered, proved and charged. Of `fee`, the version's price went to its payees and the
    /// rest to `prover`.
    event InferenceSettled(
        bytes32 indexed requestId,
        uint256 indexed versionId,
        address indexed prover,
        address payer,
        uint256 fee,
        uint256[] outputs
    );

    /// @notice `settleMany` passed over an item that could not be charged.
    /// @param index Position in the call's items.
    event ItemSkipped(bytes32 indexed requestId, uint256 index, Obstacle obstacle);

    /// @notice The consumer named by the order reverted or ran out of its gas; the settlement stands.
    event CallbackFailed(bytes32 indexed requestId, address indexed callback);

    /// @notice A request passed its deadline and `amount` went back to the payer's deposit.
    event Refunded(bytes32 indexed requestId, address indexed payer, uint256 amount);

    /// @notice `payer` spent the nonces of `mask` in `word` himself.
    event NoncesCancelled(address indexed payer, uint256 indexed word, uint256 mask);

    /// @notice What `prover` had earned was paid out.
    event ProverEarningsWithdrawn(address indexed prover, uint256 amount);

    /// @notice What payee `payeeIndex` of a version had earned was paid out.
    event PayeeShareWithdrawn(
        uint256 indexed versionId,
        uint256 indexed payeeIndex,
        address indexed account,
        uint256 amount
    );

    // ── Errors ─────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The account to credit is the zero address.
    error InferenceSettlement__ZeroAccount();

    /// @notice The deposit does not cover the amount.
    error InferenceSettlement__InsufficientDeposit(address account, uint256 balance, uint256 needed);

    /// @notice Only the payer sends his own order.
    error InferenceSettlement__NotPayer(address caller, address payer);

    /// @notice The order cannot be requested or charged now.
    error InferenceSettlement__NotPayable(bytes32 requestId, Obstacle obstacle);

    /// @notice The answer has not as many words as the version gives.
    error InferenceSettlement__OutputCount(bytes32 requestId, uint256 given, uint256 expected);

    /// @notice The proof does not show this answer to this request for this prover.
    error InferenceSettlement__InvalidProof(bytes32 requestId);

    /// @notice The proofs at these positions of `items` are invalid.
    error InferenceSettlement__InvalidProofs(uint256[] indices);

    /// @notice Too little gas is left to give the consumer what it was promised.
    error InferenceSettlement__CallbackGas(uint256 available, uint256 required);

    /// @notice There is nothing to refund: the request is unknown, settled or refunded.
    error InferenceSettlement__NotOpen(bytes32 requestId);

    /// @notice The request can still be settled.
    error InferenceSettlement__NotExpired(bytes32 requestId, uint64 deadline);

    /// @notice No result is stored under this id: not settled, or its order did not ask for storage.
    error InferenceSettlement__NoResult(bytes32 requestId);

    // ── Funding ────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Moves `amount` from the caller into the caller's deposit. Needs an allowance.
    function deposit(uint256 amount) external;

    /// @notice Moves `amount` from the caller into the deposit of `account`. Needs an allowance.
    function depositFor(address account, uint256 amount) external;

    /// @notice `deposit` with an ERC-2612 permit of the caller instead of an earlier approval.
    /// @dev Anyone can submit the permit first; a permit that fails is therefore passed over, and the deposit
    /// succeeds if the allowance is there. It fails with the token's error if it is not (an expired permit).
    /// @param deadline Last second at which the permit is valid.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Moves `amount` from `from` into the deposit of `from`, by his ERC-3009 `ReceiveWithAuthorization`.
    /// @dev Whoever submits it, only the signer's deposit is credited; the token refuses the authorization from
    /// any other caller than this contract.
    /// @param validAfter The authorization holds after this time (seconds).
    /// @param validBefore The authorization holds before this time (seconds).
    /// @param nonce Random 32 bytes, chosen by the signer.
    /// @param signature Of the authorization: 65 bytes (r, s, v) of an EOA, or an ERC-1271 signature.
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Pays `amount` of the caller's deposit out to `to`.
    function withdraw(uint256 amount, address to) external;

    // ── Orders ─────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Sends an order on chain and sets `maxFee` of the payer's deposit aside for it.
    /// @dev Only the payer may call. Use `multicall` to fund and request in one transaction.
    /// @return requestId Digest of the order.
    function request(Order calldata order) external returns (bytes32 requestId);

    /// @notice Charges an order against a proof of its answer and pays. Anyone may submit; only `prover`, to whom
    /// the proof is bound, is paid.
    /// @dev Reverts with {InferenceSettlement__NotPayable}, {InferenceSettlement__OutputCount},
    /// {InferenceSettlement__InvalidProof}, {InferenceSettlement__CallbackGas}, or `ModelRegistry__UnknownVersion`.
    /// @param signature Empty for an order sent on chain, otherwise the payer's EIP-712 signature: 65 bytes of an
    /// EOA (low s only), or ERC-1271, checked with at most `SIGNATURE_GAS` gas.
    /// @param outputs Packed outputs, each below the field's modulus.
    function settle(
        Order calldata order,
        bytes calldata signature,
        address prover,
        uint256[] calldata outputs,
        Proof calldata proof
    ) external;

    /// @notice `settle` for many, with one batch check of all proofs. Consumers are called after the last effect.
    /// @dev Items that cannot be charged are skipped with `ItemSkipped`, whatever their proof: a payer who cancels,
    /// withdraws or is answered by somebody else at the last moment costs the batch nothing. An invalid proof or
    /// answer is the submitter's own fault and reverts all, naming the items, which takes the verifier about 205,000
    /// gas an item: ask by a call off chain before sending. So does a version that does not exist and never can have.
    /// Cheapest with items of one version and prover next to one another.
    /// @return obstacles For each item why it was skipped; `None` means settled.
    function settleMany(SettlementItem[] calldata items) external returns (Obstacle[] memory obstacles);

    /// @notice Returns the fee of an open request past its deadline to the payer's deposit. Anyone may call; no
    /// token moves and nobody is called, so nothing can stand in the way.
    function refund(Order calldata order) external;

    /// @notice Spends nonces of the caller, so that signed orders with these salts can no longer be charged.
    /// @dev Requests already on chain are not affected.
    /// @param word `salt >> 8`.
    /// @param mask Bit `salt & 0xff` for each salt.
    function cancelNonces(uint256 word, uint256 mask) external;

    // ── Earnings ───────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Pays out all that `prover` has earned, to `prover`, whoever calls.
    /// @dev The destination cannot be chosen, so that a call by a stranger can only do the prover a favour.
    /// @return amount Token wei paid, possibly zero.
    function withdrawProverEarnings(address prover) external returns (uint256 amount);

    /// @notice Pays out all that a payee of a version has earned, to that payee, whoever calls.
    /// @dev A version's payees never change, and each is paid on its own: one that cannot receive blocks no other.
    /// @return amount Token wei paid, possibly zero.
    function withdrawPayeeShare(uint256 versionId, uint256 payeeIndex) external returns (uint256 amount);

    // ── Views ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The token all amounts are in.
    function token() external view returns (IOPGToken);

    /// @notice Where versions, their keys, prices and payees are registered.
    function registry() external view returns (IModelRegistry);

    /// @notice Checks the proofs: the verifier of the registry.
    function verifier() external view returns (IProofVerifier);

    /// @notice Mode bit: store the outputs, so that `resultOf` gives them to any later caller.
    // solhint-disable-next-line func-name-mixedcase
    function STORE_RESULT() external view returns (uint8);

    /// @notice Gas given to a consumer.
    function CALLBACK_GAS() external view returns (uint256);

    /// @notice Gas given to a smart wallet to check a signature.
    function SIGNATURE_GAS() external view returns (uint256);

    /// @notice Token wei `account` can spend on orders or withdraw.
    function depositOf(address account) external view returns (uint256);

    /// @notice Token wei earned by `prover` and not yet withdrawn.
    function proverEarningsOf(address prover) external view returns (uint256);

    /// @notice Token wei a version has earned for its payees since the beginning.
    function earnedBy(uint256 versionId) external view returns (uint256);

    /// @notice Token wei a payee of a version has earned and not yet withdrawn.
    function payeeShareOf(uint256 versionId, uint256 payeeIndex) external view returns (uint256);

    /// @notice Bits of the spent nonces of `payer` in one word.
    function nonceBitmap(address payer, uint256 word) external view returns (uint256);

    /// @notice State of an on-chain request; a signed order has none.
    function requestOf(bytes32 requestId) external view returns (Request memory);

    /// @notice The stored outputs.
    /// @dev The words themselves are stored, not their hash: a contract that reads them needs nothing else. The
    /// id binds the question, so a reader must know the order behind it.
    function resultOf(bytes32 requestId) external view returns (uint256[] memory outputs);

    /// @notice The request id: EIP-712 digest of `order`, unique to this chain and contract.
    function hashOrder(Order calldata order) external view returns (bytes32 requestId);

    /// @notice First public value of a proof that answers `requestId` and pays `prover`.
    function contextOf(bytes32 requestId, address prover) external view returns (uint256);

    /// @notice Why `order` could not be charged now, or `None`; what a prover asks before he starts to prove.
    /// @param signature As in `settle`.
    function obstacleTo(Order calldata order, bytes calldata signature) external view returns (Obstacle);

    /// @notice Whether `wallet`, a contract, says that `signature` of `requestId` is its own (ERC-1271).
    /// @dev Settlement calls this function of itself with `SIGNATURE_GAS` gas.
    function isSignedByWallet(
        address wallet,
        bytes32 requestId,
        bytes calldata signature
    ) external view returns (bool);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC3009, IERC3009Cancel } from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import { IERC5267 } from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title OPG, a fixed-supply token that pays by signature
/// @notice 1,000,000,000 OPG with 18 decimals exist from the constructor on. Nobody can mint, pause, freeze or
///     upgrade: there is no owner. Holders can burn their own.
/// @dev ERC-20, ERC-2612 (`permit`, sequential nonces), ERC-3009 (`transferWithAuthorization` and its kin, random
///     32-byte nonces) and ERC-5267 (`eip712Domain`: name "OPG", version "1"). The functions here take a signature
///     as bytes instead of (v, r, s), so that a smart wallet can sign through ERC-1271; for an account without
///     code the bytes are r, s, v (65 bytes). Both forms share the nonces and the signed message.
interface IOPGToken is IERC20Metadata, IERC20Permit, IERC5267, IERC3009, IERC3009Cancel {
    /// @notice The allocations of the constructor sum to `sum` wei instead of the supply.
    error OPGToken__AllocationsDoNotSum(uint256 sum, uint256 supply);

    /// @notice All OPG that were ever minted, in wei: 10^27. `totalSupply` is this less what was burnt.
    function SUPPLY() external view returns (uint256 supply);

    /// @notice Destroys the caller's own tokens.
    /// @param value How much, in wei.
    function burn(uint256 value) external;

    /// @notice Destroys tokens of an account that has approved the caller.
    /// @param account Whose tokens.
    /// @param value How much, in wei; taken from the allowance.
    function burnFrom(address account, uint256 value) external;

    /// @notice Moves tokens that `from` has signed away. Anyone may submit the signature.
    /// @dev Reverts with `ERC3009InvalidSignature`, `ERC3009InvalidAuthorizationTime`, `ERC3009UsedAuthorization`
    ///     or an ERC-6093 error of the transfer. Emits `AuthorizationUsed` and `Transfer`. A contract that is paid
    ///     this way should use `receiveWithAuthorization`: this call can be sent ahead of its own.
    /// @param from Who pays and has signed.
    /// @param to Who is paid.
    /// @param value How much, in wei.
    /// @param validAfter Valid strictly after this Unix second. If bit 47 is set here and in `validBefore`, both are
    ///     block numbers instead, as in OpenZeppelin's ERC3009.
    /// @param validBefore Valid strictly before this Unix second.
    /// @param nonce Any 32 bytes that `from` has not used before.
    /// @param signature The signature of `from`, or what its ERC-1271 `isValidSignature` accepts.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice The same, but only `to` may submit it, so nobody can use the signature outside the payee's own call.
    /// @dev Reverts as `transferWithAuthorization` does, and with `ERC20InvalidReceiver` for another caller.
    /// @param from Who pays and has signed.
    /// @param to Who is paid: the caller.
    /// @param value How much, in wei.
    /// @param validAfter Valid strictly after this Unix second.
    /// @param validBefore Valid strictly before this Unix second.
    /// @param nonce Any 32 bytes that `from` has not used before.
    /// @param signature The signature of `from`, or what its ERC-1271 `isValidSignature` accepts.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Spends a nonce without a transfer, so that an authorization that was given away is worth nothing.
    /// @dev Reverts with `ERC3009InvalidSignature` or `ERC3009UsedAuthorization`. Emits `AuthorizationCanceled`.
    /// @param authorizer Who has signed.
    /// @param nonce The nonce to spend.
    /// @param signature The signature of `authorizer`, or what its ERC-1271 `isValidSignature` accepts.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Burnable } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { ERC3009 } from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { IOPGToken } from "./IOPGToken.sol";
import { OPG_SUPPLY } from "./Supply.sol";
import { Allocation } from "./types/Allocation.sol";

/// @title OPGToken
/// @notice See {IOPGToken}.
contract OPGToken is ERC20, ERC20Permit, ERC20Burnable, ERC3009, IOPGToken {
    // ── Constants ────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOPGToken
    uint256 public constant SUPPLY = OPG_SUPPLY;

    // ── Constructor ──────────────────────────────────────────────────────────────────────────────────────

    /// @param allocations Who holds the supply at first; the amounts sum to `SUPPLY`.
    constructor(Allocation[] memory allocations) ERC20("OPG", "OPG") ERC20Permit("OPG") {
        for (uint256 i = 0; i < allocations.length; ++i) _mint(allocations[i].account, allocations[i].amount);
        if (totalSupply() != SUPPLY) {
            revert OPGToken__AllocationsDoNotSum({ sum: totalSupply(), supply: SUPPLY });
        }
    }

    // ── External ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOPGToken
    function burn(uint256 value) public override(ERC20Burnable, IOPGToken) {
        super.burn(value);
    }

    /// @inheritdoc IOPGToken
    function burnFrom(address account, uint256 value) public override(ERC20Burnable, IOPGToken) {
        super.burnFrom(account, value);
    }

    /// @inheritdoc IOPGToken
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        _requireSigned({
            signer: from,
            structHash: keccak256(
                abi.encode(
                    TRANSFER_WITH_AUTHORIZATION_TYPEHASH,
                    from,
                    to,
                    value,
                    validAfter,
                    validBefore,
                    nonce
                )
            ),
            signature: signature
        });
        _transferWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IOPGToken
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        if (to != msg.sender) revert ERC20InvalidReceiver(to);
        _requireSigned({
            signer: from,
            structHash: keccak256(
                abi.encode(
                    RECEIVE_WITH_AUTHORIZATION_TYPEHASH,
                    from,
                    to,
                    value,
                    validAfter,
                    validBefore,
                    nonce
                )
            ),
            signature: signature
        });
        _transferWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IOPGToken
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _requireSigned({
            signer: authorizer,
            structHash: keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)),
            signature: signature
        });
        _cancelAuthorization(authorizer, nonce);
    }

    // ── Views ────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    // ── Internals ────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Checks before any effect. An ERC-1271 wallet is asked by a static call, so it cannot re-enter.
    function _requireSigned(address signer, bytes32 structHash, bytes calldata signature) private view {
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert ERC3009InvalidSignature();
        }
    }
}

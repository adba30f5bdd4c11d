// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    BN254_G2_X_C0,
    BN254_G2_X_C1,
    BN254_NEGATIVE_G2_Y_C0,
    BN254_NEGATIVE_G2_Y_C1,
    BN254_P,
    BN254_R
} from "./Bn254.sol";
import {
    DEV_ALPHA_X,
    DEV_ALPHA_Y,
    DEV_BETA_X_C0,
    DEV_BETA_X_C1,
    DEV_BETA_Y_C0,
    DEV_BETA_Y_C1,
    DEV_CEREMONY_ID
} from "./DevCeremony.sol";
import { STATEMENT_DOMAIN } from "./Statement.sol";

/// @title Groth16
/// @notice The body of {IProofVerifier-verify}: checks one proof,
/// `e(-alpha, beta) * e(C, -delta) * e(A, B) * e(X, -gamma) = 1` with
/// `X = ic0 + digest * ic1 + challenge * ic2 + evaluation * ic3`.
/// @dev Works straight on the calldata of `verify` and on a frame of memory with a fixed place, which becomes the input
/// of the pairing precompile. Each part of the frame is used for something else before:
///
/// | address | in the end | before |
/// |---|---|---|
/// | 0x080 | -alpha, beta | |
/// | 0x140 | C, -delta | the statement to hash (0x140 and on), the key's address, the key's ceremony (0x160) |
/// | 0x200 | A, B | ic0, ic1, ic2: each scalar goes behind its point, over the point used before |
/// | 0x2c0 | X, -gamma | ic3, the sum and the term that make X (0x300, 0x340) |
///
/// Precompiles get exactly what EIP-1108 says they cost: on a point off its curve they burn all they are given.
/// They refuse coordinates that are not below p (EIP-196, EIP-197) and points outside their group, and the points of
/// the proof reach them as they are: that is why the other side of the equation is negated. IC points were checked when
/// the key was registered, so only a lack of gas can make their sums fail, and that makes the pairing fail too.
library Groth16 {
    /// @notice When the check fails with less gas left than this, it may have failed for want of gas. A call passes on
    /// 63/64 of the gas left (EIP-150): if that was below the 181,000 of the pairing, less than 181,000 / 63 is left.
    uint256 internal constant MIN_GAS_LEFT = 3_000;

    /// @dev EIP-1108: gas of ECADD, ECMUL, and of a pairing check of four pairs.
    uint256 private constant ADD_GAS = 150;
    uint256 private constant MUL_GAS = 6_000;
    uint256 private constant PAIRING_GAS = 181_000;

    /// @dev `ProofVerifier__UnknownKey(bytes32)`.
    uint256 private constant UNKNOWN_KEY_SELECTOR = 0x7a5fe5f4;

    // Names of its own for the file-level constants: assembly reads these.
    uint256 private constant P = BN254_P;
    uint256 private constant R = BN254_R;
    uint256 private constant GAMMA_X_C1 = BN254_G2_X_C1;
    uint256 private constant GAMMA_X_C0 = BN254_G2_X_C0;
    uint256 private constant NEGATIVE_GAMMA_Y_C1 = BN254_NEGATIVE_G2_Y_C1;
    uint256 private constant NEGATIVE_GAMMA_Y_C0 = BN254_NEGATIVE_G2_Y_C0;
    uint256 private constant DOMAIN = STATEMENT_DOMAIN;
    uint256 private constant DEV_ID = DEV_CEREMONY_ID;
    uint256 private constant DEV_AX = DEV_ALPHA_X;
    uint256 private constant DEV_AY = DEV_ALPHA_Y;
    uint256 private constant DEV_BX1 = DEV_BETA_X_C1;
    uint256 private constant DEV_BX0 = DEV_BETA_X_C0;
    uint256 private constant DEV_BY1 = DEV_BETA_Y_C1;
    uint256 private constant DEV_BY0 = DEV_BETA_Y_C0;

    /// @notice Allocates the frame and writes the production ceremony into it. Nothing may be allocated before.
    /// @param negativeAlphaY y of -alpha.
    function begin(
        uint256 alphaX,
        uint256 negativeAlphaY,
        uint256 betaX1,
        uint256 betaX0,
        uint256 betaY1,
        uint256 betaY0
    ) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, 0x380) // the free memory starts behind the frame
            mstore(0x080, alphaX)
            mstore(0x0a0, negativeAlphaY)
            mstore(0x0c0, betaX1)
            mstore(0x0e0, betaX0)
            mstore(0x100, betaY1)
            mstore(0x120, betaY0)
        }
    }

    /// @notice Returns `true` to the caller of `verify`, that is, ends the call, if the proof in its calldata holds.
    /// Comes back otherwise. Returning from here saves 150 gas a verification.
    /// @dev Reads `proof` where the ABI puts it: a static struct in the heads, points at 0x44 and digest at 0x144.
    /// Reverts with {IProofVerifier-ProofVerifier__UnknownKey}.
    /// @param productionId The ceremony given to {begin}.
    function returnTrueIfValid(
        bytes32 productionId,
        bytes32 vkHash,
        uint256[] calldata values
    ) internal view {
        assembly ("memory-safe") {
            // challenge = keccak256(abi.encode(DOMAIN, vkHash, digest, values)), not reduced: as the scalar of a point
            // and as a factor modulo r it makes no difference.
            let size := shl(5, values.length) // bytes of the values
            let digest := calldataload(0x144)
            mstore(0x140, DOMAIN)
            mstore(0x160, vkHash)
            mstore(0x180, digest)
            mstore(0x1a0, 0x80) // offset of the array
            mstore(0x1c0, values.length)
            calldatacopy(0x1e0, values.offset, size)
            let challenge := keccak256(0x140, add(size, 0xa0))

            // The calldata has exactly its arguments, the vector has at least context, input and output, and digest and
            // values are below r.
            let first := mload(0x1e0)
            let second := mload(0x200)
            let evaluation := mload(add(size, 0x1c0)) // the last value
            let ok := and(
                and(and(eq(calldatasize(), add(size, 0x184)), gt(values.length, 2)), lt(digest, R)),
                and(and(lt(first, R), lt(second, R)), lt(evaluation, R))
            )
            // evaluation = sum values[i] * challenge^i by Horner's rule: here down to the third value, if it is not the
            // last, and the first two below
            for {} gt(size, 0x60) {} {
                size := sub(size, 0x20)
                let value := mload(add(size, 0x1c0))
                ok := and(ok, lt(value, R))
                evaluation := addmod(mulmod(evaluation, challenge, R), value, R)
            }
            evaluation := addmod(mulmod(evaluation, challenge, R), second, R)
            evaluation := addmod(mulmod(evaluation, challenge, R), first, R)

            // The key: ceremony to 0x160, delta to 0x180, ic to 0x200, from the contract at its CREATE2 address.
            mstore(0x140, or(shl(160, 0xff), address())) // 11 zero bytes, 0xff, this contract
            mstore(0x160, 0) // the salt of KeyStore
            mstore(0x180, vkHash) // the hash of the creation code
            extcodecopy(keccak256(0x14b, 85), 0x160, 1, 416) // behind SSTORE2's STOP byte
            if sub(mload(0x160), productionId) {
                if sub(mload(0x160), DEV_ID) {
                    // no code: every registered key is of one of the two ceremonies
                    mstore(0x00, UNKNOWN_KEY_SELECTOR)
                    mstore(0x20, vkHash)
                    revert(0x1c, 0x24)
                }
                mstore(0x080, DEV_AX)
                mstore(0x0a0, sub(P, DEV_AY))
                mstore(0x0c0, DEV_BX1)
                mstore(0x0e0, DEV_BX0)
                mstore(0x100, DEV_BY1)
                mstore(0x120, DEV_BY0)
            }

            // X, from the last point to the first
            mstore(0x300, evaluation) // behind ic3
            pop(staticcall(MUL_GAS, 7, 0x2c0, 0x60, 0x300, 0x40)) // sum = evaluation * ic3
            mstore(0x2c0, challenge) // behind ic2
            pop(staticcall(MUL_GAS, 7, 0x280, 0x60, 0x340, 0x40)) // term = challenge * ic2
            pop(staticcall(ADD_GAS, 6, 0x300, 0x80, 0x300, 0x40)) // sum += term
            mstore(0x280, digest) // behind ic1
            pop(staticcall(MUL_GAS, 7, 0x240, 0x60, 0x340, 0x40)) // term = digest * ic1
            pop(staticcall(ADD_GAS, 6, 0x300, 0x80, 0x240, 0x40)) // sum += term, to behind ic0
            pop(staticcall(ADD_GAS, 6, 0x200, 0x80, 0x2c0, 0x40)) // X = ic0 + sum

            mstore(0x300, GAMMA_X_C1)
            mstore(0x320, GAMMA_X_C0)
            mstore(0x340, NEGATIVE_GAMMA_Y_C1)
            mstore(0x360, NEGATIVE_GAMMA_Y_C0)
            calldatacopy(0x200, 0x44, 0xc0) // A, B
            calldatacopy(0x140, 0x104, 0x40) // C
            // -delta: neither half of its y is zero, as the key was registered
            mstore(0x1c0, sub(P, mload(0x1c0)))
            mstore(0x1e0, sub(P, mload(0x1e0)))

            // `and` evaluates its arguments from the last to the first
            if and(mload(0x00), and(staticcall(PAIRING_GAS, 8, 0x80, 0x300, 0x00, 0x20), ok)) {
                return(0x00, 0x20) // the 1 that the precompile wrote
            }
        }
    }
}

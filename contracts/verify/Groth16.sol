// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { BN254_G2_X_C0, BN254_G2_X_C1, BN254_G2_Y_C0, BN254_G2_Y_C1, BN254_P, BN254_R } from "./Bn254.sol";
import { Proof } from "./types/Proof.sol";

/// @title Groth16
/// @notice Checks one proof: `e(-A, B) * e(alpha, beta) * e(X, gamma) * e(C, delta) = 1` with
/// `X = ic0 + digest * ic1 + challenge * ic2 + evaluation * ic3`.
/// @dev The three steps of a check work on one frame of memory, which is the input of the pairing precompile followed
/// by the key's IC points:
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 192 | -A, B |
/// | 192 | 192 | alpha, beta |
/// | 384 | 192 | X, gamma |
/// | 576 | 192 | C, delta |
/// | 768 | 256 | ic |
/// | 1024 | 32 | scalar of the last IC point |
/// | 1056 | 128 | sum and term of X |
///
/// Precompiles get exactly what EIP-1108 says they cost: on a point off its curve they burn all they are given. They
/// refuse coordinates not below p (EIP-196, EIP-197), so only what is computed on here is checked here.
library Groth16 {
    /// @dev EIP-1108: gas of ECADD, ECMUL, and of a pairing check of four pairs.
    uint256 private constant ADD_GAS = 150;
    uint256 private constant MUL_GAS = 6_000;
    uint256 private constant PAIRING_GAS = 181_000;

    /// @notice Gas that {check} needs: a call gets at most 63/64 of the gas left (EIP-150), so 181,000 * 64 / 63 for the
    /// pairing, 3 * 6,000 + 3 * 150 for the sum, and 1,700 for all else.
    uint256 internal constant CHECK_GAS = 204_000;

    uint256 private constant FRAME_BYTES = 1184;

    // Names of its own for the file-level constants: assembly reads these.
    uint256 private constant P = BN254_P;
    uint256 private constant R = BN254_R;
    uint256 private constant GAMMA_X_C1 = BN254_G2_X_C1;
    uint256 private constant GAMMA_X_C0 = BN254_G2_X_C0;
    uint256 private constant GAMMA_Y_C1 = BN254_G2_Y_C1;
    uint256 private constant GAMMA_Y_C0 = BN254_G2_Y_C0;

    /// @notice The public signals `challenge` and `evaluation` of a vector, and whether the digest and every value are
    /// below r. The same as {Statement} computes, from calldata.
    function signals(
        bytes32 vkHash,
        uint256[] calldata values,
        uint256 digest,
        bytes32 domain
    ) internal pure returns (uint256 challenge, uint256 evaluation, bool inField) {
        assembly ("memory-safe") {
            let m := mload(0x40) // free memory, used and left behind
            let size := shl(5, values.length) // bytes of the values
            mstore(m, domain) // abi.encode(domain, vkHash, digest, values):
            mstore(add(m, 0x20), vkHash)
            mstore(add(m, 0x40), digest)
            mstore(add(m, 0x60), 0x80) // offset of the array
            mstore(add(m, 0x80), values.length)
            calldatacopy(add(m, 0xa0), values.offset, size)
            challenge := mod(keccak256(m, add(size, 0xa0)), R)
            inField := lt(digest, R)
            // Horner's rule from the last value to the first
            for {
                let p := add(values.offset, size)
            } gt(p, values.offset) {} {
                p := sub(p, 0x20)
                let value := calldataload(p)
                inField := and(inField, lt(value, R))
                evaluation := addmod(mulmod(evaluation, challenge, R), value, R)
            }
        }
    }

    /// @notice Starts a frame with the key at `pointer`.
    /// @return frame The frame, allocated.
    /// @return ceremonyId The key's ceremony; zero when there is no code at `pointer`.
    function load(address pointer) internal view returns (uint256 frame, bytes32 ceremonyId) {
        assembly ("memory-safe") {
            frame := mload(0x40)
            mstore(0x40, add(frame, FRAME_BYTES)) // allocate
            // Skip the STOP byte of SSTORE2; the id lands in C.y, delta and ic in their places.
            extcodecopy(pointer, add(frame, 608), 1, 416)
            ceremonyId := mload(add(frame, 608))
        }
    }

    /// @notice Writes alpha and beta into a frame.
    function setCeremony(
        uint256 frame,
        uint256 alphaX,
        uint256 alphaY,
        uint256 betaX1,
        uint256 betaX0,
        uint256 betaY1,
        uint256 betaY0
    ) internal pure {
        assembly ("memory-safe") {
            mstore(add(frame, 192), alphaX)
            mstore(add(frame, 224), alphaY)
            mstore(add(frame, 256), betaX1)
            mstore(add(frame, 288), betaX0)
            mstore(add(frame, 320), betaY1)
            mstore(add(frame, 352), betaY0)
        }
    }

    /// @notice Runs the check on a frame with key and ceremony. Needs {CHECK_GAS}.
    /// @param proof The proof; its digest must be below r.
    /// @param challenge Second public signal, below r.
    /// @param evaluation Third public signal, below r.
    function check(
        uint256 frame,
        Proof calldata proof,
        uint256 challenge,
        uint256 evaluation
    ) internal view returns (bool ok) {
        assembly ("memory-safe") {
            let sum := add(frame, 1056) // X so far
            let term := add(frame, 1120) // what is added to it

            // X, from the last IC point to the first: each scalar overwrites the point behind, already used.
            mstore(add(frame, 1024), evaluation)
            ok := staticcall(MUL_GAS, 7, add(frame, 960), 96, sum, 64) // evaluation * ic3
            mstore(add(frame, 960), challenge)
            ok := and(staticcall(MUL_GAS, 7, add(frame, 896), 96, term, 64), ok) // challenge * ic2
            ok := and(staticcall(ADD_GAS, 6, sum, 128, sum, 64), ok)
            mstore(add(frame, 896), calldataload(add(proof, 256))) // the digest
            ok := and(staticcall(MUL_GAS, 7, add(frame, 832), 96, term, 64), ok) // digest * ic1
            ok := and(staticcall(ADD_GAS, 6, sum, 128, sum, 64), ok)
            mcopy(term, add(frame, 768), 64) // ic0
            ok := and(staticcall(ADD_GAS, 6, sum, 128, add(frame, 384), 64), ok) // X into its pair

            mstore(add(frame, 448), GAMMA_X_C1) // gamma
            mstore(add(frame, 480), GAMMA_X_C0)
            mstore(add(frame, 512), GAMMA_Y_C1)
            mstore(add(frame, 544), GAMMA_Y_C0)

            calldatacopy(frame, proof, 192) // A, B
            calldatacopy(add(frame, 576), add(proof, 192), 64) // C
            let y := calldataload(add(proof, 32))
            // -A = (x, p - y). y in [1, p - 1] keeps p - y canonical and refuses A at infinity.
            ok := and(lt(sub(y, 1), sub(P, 1)), ok)
            mstore(add(frame, 32), sub(P, y))

            if ok {
                // 1 when the product is one, 0 otherwise; the output stays untouched when the input is refused
                mstore(0x00, 0)
                pop(staticcall(PAIRING_GAS, 8, frame, 768, 0x00, 32))
                ok := mload(0x00)
            }
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { BN254_G2_X_C0, BN254_G2_X_C1, BN254_G2_Y_C0, BN254_G2_Y_C1, BN254_P, BN254_R } from "./Bn254.sol";
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

/// @title Groth16Batch
/// @notice Checks many proofs by one pairing product. With proof i about the key m and the ceremony c, and a coefficient
/// r_i, the equations of {Groth16}, each raised to its r_i, multiply to
///
///     product over i of e(r_i A_i, B_i)
///       = product over c of e((sum of r_i) alpha_c, beta_c)
///       * product over m of e(sum of r_i C_i, delta_m)
///       * e(sum over m of (s0 ic0_m + s1 ic1_m + s2 ic2_m + s3 ic3_m), gamma)
///
/// where s0 .. s3 are the sums over the key's items of r_i times 1, digest, challenge and evaluation.
/// @dev r_i = rho^i with rho a hash of the whole calldata: a false item makes the quotient of the two sides a non-zero
/// polynomial in rho, of degree below N, in the exponent. Powers rather than independent 128-bit numbers: they cost one
/// mulmod, and the error is N / r rather than 2^-128.
///
/// Memory, in fixed places so that the inner loop needs no pointers:
///
/// | address | |
/// |---|---|
/// | 0x080 | s0, s1, s2, s3 of the current key |
/// | 0x100 | sum of r_i C_i of the current key, then the term to add to it (0x140) and its scalar r_i (0x180) |
/// | 0x1a0 | rho |
/// | 0x1c0 | alpha, beta of the production ceremony |
/// | 0x280 | the statement to hash: domain, vkHash, digest, offset, length, values (0x320) |
/// | table | a record for each key met: vkHash, s0 .. s3, sum of C |
/// | pairs | input of the pairing precompile: N items, then keys, X, ceremonies |
///
/// For the gas that precompiles get and what they check, see {Groth16}.
library Groth16Batch {
    uint256 private constant ADD_GAS = 150;
    uint256 private constant MUL_GAS = 6_000;

    /// @dev Gas that a failed check must leave, besides 1/63 of what the pairing takes, to be believed: see
    /// {Groth16-MIN_GAS_LEFT}. Enough for one ECMUL and its call.
    uint256 private constant MIN_GAS_LEFT = 7_000;

    /// @notice Where the offsets of the items are in the calldata of `verifyBatch`: behind selector, offset and length.
    uint256 internal constant ITEMS = 0x44;

    /// @notice Bytes of an item before its values.
    uint256 internal constant ITEM_BYTES = 0x180;

    /// @notice Bytes of a proof in calldata.
    uint256 internal constant PROOF_BYTES = 0x120;

    /// @notice Bytes of a pair of the pairing precompile.
    uint256 internal constant PAIR_BYTES = 0xc0;

    /// @dev Bytes of a key's record.
    uint256 private constant RECORD_BYTES = 0xe0;

    // Names of its own for the file-level constants: assembly reads these.
    uint256 private constant P = BN254_P;
    uint256 private constant R = BN254_R;
    uint256 private constant GAMMA_X_C1 = BN254_G2_X_C1;
    uint256 private constant GAMMA_X_C0 = BN254_G2_X_C0;
    uint256 private constant GAMMA_Y_C1 = BN254_G2_Y_C1;
    uint256 private constant GAMMA_Y_C0 = BN254_G2_Y_C0;
    uint256 private constant DOMAIN = STATEMENT_DOMAIN;
    uint256 private constant DEV_ID = DEV_CEREMONY_ID;
    uint256 private constant DEV_AX = DEV_ALPHA_X;
    uint256 private constant DEV_AY = DEV_ALPHA_Y;
    uint256 private constant DEV_BX1 = DEV_BETA_X_C1;
    uint256 private constant DEV_BX0 = DEV_BETA_X_C0;
    uint256 private constant DEV_BY1 = DEV_BETA_Y_C1;
    uint256 private constant DEV_BY0 = DEV_BETA_Y_C0;

    /// @notice Gas that a failed check of `count` items of `keys` keys must leave to be believed: the pairing of at most
    /// `count + keys + 3` pairs takes 45,000 and 34,000 for each.
    function minGasLeft(uint256 count, uint256 keys) internal pure returns (uint256) {
        return MIN_GAS_LEFT + (45_000 + 34_000 * (count + keys + 3)) / 63;
    }

    /// @notice Writes the production ceremony and the first coefficient. Nothing may be allocated before.
    function begin(
        uint256 alphaX,
        uint256 alphaY,
        uint256 betaX1,
        uint256 betaX0,
        uint256 betaY1,
        uint256 betaY0
    ) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, 0x280) // what is fixed ends here
            mstore(0x180, 1) // r_0
            mstore(0x1c0, alphaX)
            mstore(0x1e0, alphaY)
            mstore(0x200, betaX1)
            mstore(0x220, betaX0)
            mstore(0x240, betaY1)
            mstore(0x260, betaY0)
        }
    }

    /// @notice Walks over items in calldata and requires that they lie as the ABI's canonical encoding has them, each
    /// right behind the one before: offset, then vkHash (0x00), offset of the values (0x20), proof (0x40), number of
    /// values (0x160), values (0x180).
    /// @param count Number of items.
    /// @return next Where the last item ends; zero if the encoding is another.
    /// @return keys Number of runs of items of one key: no more keys than that.
    /// @return width Number of values of the longest vector.
    function measure(uint256 count) internal pure returns (uint256 next, uint256 keys, uint256 width) {
        assembly ("memory-safe") {
            let canonical := eq(calldataload(0x04), 0x20) // the offset of the array
            let offsets := ITEMS
            let vkHash := 0
            next := add(ITEMS, shl(5, count))
            for {
                let end := next
            } lt(offsets, end) {
                offsets := add(offsets, 0x20)
            } {
                let length := calldataload(add(next, 0x160))
                // offsets are as they must be, and the length is not so large that sizes wrap around
                canonical := and(
                    and(canonical, lt(length, calldatasize())),
                    and(eq(calldataload(offsets), sub(next, ITEMS)), eq(calldataload(add(next, 0x20)), 0x160))
                )
                if gt(length, width) {
                    width := length
                }
                keys := add(keys, or(eq(offsets, ITEMS), iszero(eq(calldataload(next), vkHash))))
                vkHash := calldataload(next)
                next := add(next, add(ITEM_BYTES, shl(5, length)))
            }
            next := mul(next, canonical)
        }
    }

    /// @notice The run of items with one key and one number of values that starts at `item`, among items laid out as
    /// {measure} requires.
    /// @param remaining Number of items from `item` on.
    function runAt(
        uint256 item,
        uint256 remaining
    ) internal pure returns (bytes32 vkHash, uint256 width, uint256 count) {
        assembly ("memory-safe") {
            vkHash := calldataload(item)
            width := calldataload(add(item, 0x160))
            let stride := add(ITEM_BYTES, shl(5, width))
            for {} 1 {} {
                item := add(item, stride)
                count := add(count, 1)
                if eq(count, remaining) {
                    break
                }
                if sub(calldataload(item), vkHash) {
                    break
                }
                if sub(calldataload(add(item, 0x160)), width) {
                    break
                }
            }
        }
    }

    /// @notice Allocates statement, table and pairs, and draws rho.
    /// @param count Number of items, at least one.
    /// @param keys Upper bound for the number of different keys.
    /// @param width Upper bound for the number of values of an item.
    function allocate(
        uint256 count,
        uint256 keys,
        uint256 width
    ) internal pure returns (uint256 table, uint256 pairs) {
        assembly ("memory-safe") {
            table := add(0x320, shl(5, width))
            pairs := add(table, mul(keys, RECORD_BYTES))
            // N items, keys, X and two ceremonies; the last key is read into up to 0x200 bytes from its pair
            mstore(0x40, add(pairs, add(mul(add(add(count, keys), 3), 0xc0), 0x200)))

            // rho, in pieces that fit where the pairs of the items will be: each hash covers the one before
            let rho := 0
            let piece := mul(count, 0xc0)
            for {
                let done := 0
            } lt(done, calldatasize()) {
                done := add(done, piece)
            } {
                mstore(pairs, rho)
                calldatacopy(add(pairs, 0x20), done, piece) // zeros behind the end: its place is in the calldata
                rho := keccak256(pairs, add(piece, 0x20))
            }
            mstore(0x1a0, rho)
        }
    }

    /// @notice Makes the key's record the current one.
    /// @param table The records.
    /// @param end Where the last record in use ends; `table` before the first.
    /// @param current The record that is current; irrelevant before the first.
    /// @return newCurrent The key's record.
    /// @return newEnd Where the last record ends now.
    function enter(
        bytes32 vkHash,
        uint256 table,
        uint256 end,
        uint256 current
    ) internal pure returns (uint256 newCurrent, uint256 newEnd) {
        if (end != table) save(current);
        assembly ("memory-safe") {
            newEnd := end
            newCurrent := table
            for {} lt(newCurrent, end) {
                newCurrent := add(newCurrent, RECORD_BYTES)
            } {
                if eq(mload(newCurrent), vkHash) {
                    break
                }
            }
            if eq(newCurrent, end) {
                mstore(end, vkHash)
                calldatacopy(add(end, 0x20), calldatasize(), 0xc0) // zeros
                newEnd := add(end, RECORD_BYTES)
            }
            mcopy(0x80, add(newCurrent, 0x20), 0xc0)
        }
    }

    /// @notice Writes the current sums back into their record.
    function save(uint256 current) internal pure {
        assembly ("memory-safe") {
            mcopy(add(current, 0x20), 0x80, 0xc0)
        }
    }

    /// @notice Adds items of the current key that lie at equal distances in calldata.
    /// @param pair Where the pair of the first goes.
    /// @param width Number of values of each.
    /// @param values Where the values of the first are.
    /// @param valuesStride How far the next item's values are from there.
    /// @param proof Where the proof of the first is: A (0x00), B (0x40), C (0xc0), digest (0x100).
    /// @param proofStride How far the next item's proof is from there.
    /// @param count Number of items.
    /// @return ok False if an item is malformed.
    function add(
        uint256 pair,
        bytes32 vkHash,
        uint256 width,
        uint256 values,
        uint256 valuesStride,
        uint256 proof,
        uint256 proofStride,
        uint256 count
    ) internal view returns (bool ok) {
        assembly ("memory-safe") {
            mstore(0x280, DOMAIN)
            mstore(0x2a0, vkHash)
            mstore(0x2e0, 0x80) // offset of the array
            mstore(0x300, width)
            width := shl(5, width) // in bytes from here on
            ok := gt(width, 0x40) // at least context, input and output
            let r := mload(0x180)
            for {
                let end := add(pair, mul(count, 0xc0))
            } lt(pair, end) {} {
                // challenge = keccak256(abi.encode(DOMAIN, vkHash, digest, values)), not reduced: see Groth16
                let digest := calldataload(add(proof, 0x100))
                mstore(0x2c0, digest)
                calldatacopy(0x320, values, width)
                values := add(values, valuesStride)
                let challenge := keccak256(0x280, add(width, 0xa0))

                // evaluation, as in Groth16
                let evaluation := mload(add(width, 0x300)) // the last value
                ok := and(
                    and(and(ok, lt(digest, R)), lt(evaluation, R)),
                    and(lt(mload(0x320), R), lt(mload(0x340), R))
                )
                if gt(width, 0x60) {
                    for {
                        let i := add(width, 0x2e0)
                    } gt(i, 0x340) {
                        i := sub(i, 0x20)
                    } {
                        ok := and(ok, lt(mload(i), R))
                        evaluation := addmod(mulmod(evaluation, challenge, R), mload(i), R)
                    }
                }
                evaluation := addmod(mulmod(evaluation, challenge, R), mload(0x340), R)
                evaluation := addmod(mulmod(evaluation, challenge, R), mload(0x320), R)

                // s0 .. s3
                mstore(0x80, addmod(r, mload(0x80), R))
                mstore(0xa0, addmod(mulmod(digest, r, R), mload(0xa0), R))
                mstore(0xc0, addmod(mulmod(challenge, r, R), mload(0xc0), R))
                mstore(0xe0, addmod(mulmod(evaluation, r, R), mload(0xe0), R))

                // r A into the pair and r C to the term; r goes behind A, before B is there. An A off the curve stays
                // as it is, and the pairing refuses it.
                calldatacopy(pair, proof, 0x40)
                calldatacopy(0x140, add(proof, 0xc0), 0x40)
                if sub(r, 1) {
                    mstore(0x180, r)
                    mstore(add(pair, 0x40), r)
                    pop(staticcall(MUL_GAS, 7, pair, 0x60, pair, 0x40))
                    ok := and(ok, staticcall(MUL_GAS, 7, 0x140, 0x60, 0x140, 0x40))
                }
                ok := and(ok, staticcall(ADD_GAS, 6, 0x100, 0x80, 0x100, 0x40)) // sum += r C
                calldatacopy(add(pair, 0x40), add(proof, 0x40), 0x80) // B

                r := mulmod(mload(0x1a0), r, R)
                pair := add(pair, 0xc0)
                proof := add(proof, proofStride)
            }
            mstore(0x180, r)
        }
    }

    /// @notice Completes the pairs from the records and checks the product.
    /// @param productionId Id of the ceremony given to {begin}.
    /// @param table The records, none of them current any more.
    /// @param end Where the last record ends.
    /// @param pairs The pairs of the items.
    /// @param count Number of items.
    function check(
        bytes32 productionId,
        uint256 table,
        uint256 end,
        uint256 pairs,
        uint256 count
    ) internal view returns (bool ok) {
        assembly ("memory-safe") {
            let pair := add(pairs, mul(count, 0xc0)) // the next pair to write
            ok := 1
            // The fixed places change their meaning: sum of r_i of the production (0x80) and the dev ceremony (0xa0),
            // their numbers of keys (0xc0, 0xe0), X (0x100).
            calldatacopy(0x80, calldatasize(), 0xc0) // zeros

            for {} lt(table, end) {
                table := add(table, RECORD_BYTES)
            } {
                // The key: ceremony to C.y, delta behind C, ic behind delta, over pairs that are written later.
                mstore(pair, or(shl(160, 0xff), address())) // 11 zero bytes, 0xff, this contract
                mstore(add(pair, 0x20), 0) // the salt of KeyStore
                mstore(add(pair, 0x40), mload(table)) // the hash of the creation code
                extcodecopy(keccak256(add(pair, 11), 85), add(pair, 0x20), 1, 416) // behind SSTORE2's STOP byte
                let id := mload(add(pair, 0x20))
                let isDev := eq(id, DEV_ID)
                ok := and(ok, or(isDev, eq(id, productionId))) // an unknown key has no code, so another id
                let place := shl(5, isDev) // 0x20 for the dev ceremony, 0 for production
                mstore(add(0x80, place), addmod(mload(add(0x80, place)), mload(add(table, 0x20)), R))
                mstore(add(0xc0, place), add(mload(add(0xc0, place)), 1))

                // X, from the last point to the first: each scalar goes behind its point, over the point used before
                let point := add(pair, 0x180)
                for {
                    let scalar := add(table, 0x80)
                } gt(scalar, table) {
                    scalar := sub(scalar, 0x20)
                } {
                    mstore(add(point, 0x40), mload(scalar))
                    pop(staticcall(MUL_GAS, 7, point, 0x60, 0x140, 0x40)) // term = scalar * ic
                    pop(staticcall(ADD_GAS, 6, 0x100, 0x80, 0x100, 0x40)) // X += term
                    point := sub(point, 0x40)
                }

                mcopy(pair, add(table, 0xa0), 0x40) // sum of r_i C_i
                pair := add(pair, 0xc0)
            }
            // X and gamma
            mcopy(pair, 0x100, 0x40)
            mstore(add(pair, 0x40), GAMMA_X_C1)
            mstore(add(pair, 0x60), GAMMA_X_C0)
            mstore(add(pair, 0x80), GAMMA_Y_C1)
            mstore(add(pair, 0xa0), GAMMA_Y_C0)
            pair := add(pair, 0xc0)

            // (sum of r_i) alpha and beta of each ceremony in use: the sum goes behind alpha, before beta is there
            if mload(0xc0) {
                mcopy(pair, 0x1c0, 0x40)
                mstore(add(pair, 0x40), mload(0x80))
                pop(staticcall(MUL_GAS, 7, pair, 0x60, pair, 0x40))
                mcopy(add(pair, 0x40), 0x200, 0x80)
                pair := add(pair, 0xc0)
            }
            if mload(0xe0) {
                mstore(pair, DEV_AX)
                mstore(add(pair, 0x20), DEV_AY)
                mstore(add(pair, 0x40), mload(0xa0))
                pop(staticcall(MUL_GAS, 7, pair, 0x60, pair, 0x40))
                mstore(add(pair, 0x40), DEV_BX1)
                mstore(add(pair, 0x60), DEV_BX0)
                mstore(add(pair, 0x80), DEV_BY1)
                mstore(add(pair, 0xa0), DEV_BY0)
                pair := add(pair, 0xc0)
            }

            // Negate the points of the other side of the equation: y to p - y, but 0, of infinity, to 0.
            for {
                let y := add(pairs, add(mul(count, 0xc0), 0x20))
            } lt(y, pair) {
                y := add(y, 0xc0)
            } {
                mstore(y, mod(sub(P, mload(y)), P))
            }

            if ok {
                let size := sub(pair, pairs)
                let cap := add(mul(34000, div(size, 0xc0)), 45000) // EIP-1108
                // `and` evaluates its arguments from the last to the first
                ok := and(eq(mload(0x00), 1), staticcall(cap, 8, pairs, size, 0x00, 0x20))
            }
        }
    }
}

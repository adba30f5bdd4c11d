// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { BN254_G2_X_C0, BN254_G2_X_C1, BN254_G2_Y_C0, BN254_G2_Y_C1, BN254_R } from "../verify/Bn254.sol";
import { Statement } from "../verify/Statement.sol";
import { Ceremony } from "../verify/types/Ceremony.sol";
import { Proof } from "../verify/types/Proof.sol";
import { VerificationKey } from "../verify/types/VerificationKey.sol";

/// @title Makes valid proofs of anything, as only someone with the secrets of the setup can
/// @dev beta, delta and B are the generator of G2, so that the precompiles for G1 are all it takes: with A = a G1,
/// alpha = t G1 and X = x G1, the proof is C = (a - t - x) G1.
library ProofSimulator {
    uint256 private constant ALPHA = uint256(keccak256("simulated alpha")) % BN254_R;

    function ceremony() internal view returns (Ceremony memory) {
        (uint256 x, uint256 y) = _g1(ALPHA);
        return Ceremony({ alpha: [x, y], beta: _generator() });
    }

    function key(uint256 seed) internal view returns (VerificationKey memory made) {
        Ceremony memory setup = ceremony();
        made.ceremonyId = keccak256(abi.encode(setup.alpha, setup.beta));
        made.delta = _generator();
        made.ic = new uint256[](8);
        for (uint256 i = 0; i < 4; ++i) (made.ic[2 * i], made.ic[2 * i + 1]) = _g1(_ic(seed, i));
    }

    /// @param vkHash Hash of `key(seed)`.
    function prove(
        bytes32 vkHash,
        uint256 seed,
        uint256[] memory values,
        uint256 randomness
    ) internal view returns (Proof memory proof) {
        proof.digest = uint256(keccak256(abi.encode("digest", randomness, values))) % BN254_R;
        uint256 challenge = Statement.challenge(vkHash, proof.digest, values);
        uint256 x = _ic(seed, 0);
        x = addmod(x, mulmod(proof.digest, _ic(seed, 1), BN254_R), BN254_R);
        x = addmod(x, mulmod(challenge, _ic(seed, 2), BN254_R), BN254_R);
        x = addmod(x, mulmod(Statement.evaluate(values, challenge), _ic(seed, 3), BN254_R), BN254_R);
        uint256 a = uint256(keccak256(abi.encode("a", randomness))) % BN254_R;
        (proof.points[0], proof.points[1]) = _g1(a);
        for (uint256 i = 0; i < 4; ++i) proof.points[2 + i] = _generator()[i];
        (proof.points[6], proof.points[7]) = _g1(addmod(a, BN254_R - addmod(ALPHA, x, BN254_R), BN254_R));
    }

    function _ic(uint256 seed, uint256 index) private pure returns (uint256) {
        return uint256(keccak256(abi.encode("ic", seed, index))) % BN254_R;
    }

    function _generator() private pure returns (uint256[4] memory) {
        return [BN254_G2_X_C1, BN254_G2_X_C0, BN254_G2_Y_C1, BN254_G2_Y_C0];
    }

    /// @dev `factor` times the generator (1, 2) of G1.
    function _g1(uint256 factor) private view returns (uint256 x, uint256 y) {
        (, bytes memory point) = address(7).staticcall(abi.encode(1, 2, factor));
        return abi.decode(point, (uint256, uint256));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev Order of the base field: coordinates are below it. At file level because assembly reads no library's constants.
uint256 constant BN254_P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

/// @dev Order of the scalar field and of both groups: public values are below it.
uint256 constant BN254_R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

/// @dev The generator of G2, the gamma of every key.
uint256 constant BN254_G2_X_C1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
uint256 constant BN254_G2_X_C0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
uint256 constant BN254_G2_Y_C1 = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
uint256 constant BN254_G2_Y_C0 = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;

/// @dev The y of the generator's negative.
uint256 constant BN254_NEGATIVE_G2_Y_C1 = 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec;
uint256 constant BN254_NEGATIVE_G2_Y_C0 = 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d;

/// @title Bn254
/// @notice The curve equations of BN254's two groups (EIP-196, EIP-197).
library Bn254 {
    /// @dev Constant of the G2 twist `y^2 = x^3 + 3 / (9 + u)`.
    uint256 private constant TWIST_C0 = 0x2b149d40ceb8aaae81be18991be06ac3b5b4c5e559dbefa33267e6dc24a138e5;
    uint256 private constant TWIST_C1 = 0x009713b03af0fed4cd2cafadeed8fdf4a74fa084e52d1852e4a2bd0685c315d2;

    /// @notice Whether `(x, y)` is a finite point of G1 with canonical coordinates. Infinity, `(0, 0)`, is not.
    /// @dev The cofactor of G1 is one: every point of the curve is in the group.
    function isOnG1(uint256 x, uint256 y) internal pure returns (bool) {
        return
            x < BN254_P &&
            y < BN254_P &&
            mulmod(y, y, BN254_P) == addmod(mulmod(mulmod(x, x, BN254_P), x, BN254_P), 3, BN254_P);
    }

    /// @notice Whether the four words are a finite point of the G2 twist with canonical coordinates.
    /// @dev Says nothing about the subgroup: only the pairing precompile checks that, for 79,000 gas.
    /// @param point `[x.c1, x.c0, y.c1, y.c0]`, an element of Fp2 being `c0 + c1 * u` with `u^2 = -1`.
    function isOnG2(uint256[4] memory point) internal pure returns (bool) {
        (uint256 x1, uint256 x0, uint256 y1, uint256 y0) = (point[0], point[1], point[2], point[3]);
        if (x1 >= BN254_P || x0 >= BN254_P || y1 >= BN254_P || y0 >= BN254_P) return false;
        (uint256 left0, uint256 left1) = _square(y0, y1);
        (uint256 square0, uint256 square1) = _square(x0, x1);
        // (s0 + s1 u)(x0 + x1 u) = s0 x0 - s1 x1 + (s0 x1 + s1 x0) u
        uint256 cube0 = addmod(mulmod(square0, x0, BN254_P), BN254_P - mulmod(square1, x1, BN254_P), BN254_P);
        uint256 cube1 = addmod(mulmod(square0, x1, BN254_P), mulmod(square1, x0, BN254_P), BN254_P);
        return left0 == addmod(cube0, TWIST_C0, BN254_P) && left1 == addmod(cube1, TWIST_C1, BN254_P);
    }

    /// @notice Whether the words are a point of G2, the subgroup of order r of the twist.
    /// @dev The pairing precompile refuses any other point, even when it is paired with infinity (EIP-197).
    function isInG2Subgroup(uint256[4] memory point) internal view returns (bool) {
        uint256[6] memory pair = [0, 0, point[0], point[1], point[2], point[3]];
        (bool ok, ) = address(8).staticcall{ gas: 79_000 }(abi.encode(pair));
        return ok;
    }

    /// @dev `(c0 + c1 u)^2 = (c0 + c1)(c0 - c1) + 2 c0 c1 u`.
    function _square(uint256 c0, uint256 c1) private pure returns (uint256 square0, uint256 square1) {
        square0 = mulmod(addmod(c0, c1, BN254_P), addmod(c0, BN254_P - c1, BN254_P), BN254_P);
        square1 = mulmod(addmod(c0, c0, BN254_P), c1, BN254_P);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Visibility } from "./Visibility.sol";

/// @notice Shape and encoding of a version's input or output.
/// @param count Number of values.
/// @param bits Bits of a packed value, 1 to 248.
/// @param isSigned Whether values range over `[-2^(bits - 1), 2^(bits - 1))` or `[0, 2^bits)`.
/// @param scale Real value = integer / 2^scale.
/// @param visibility How the tensor stands in the statement.
struct TensorSpec {
    uint32 count;
    uint8 bits;
    bool isSigned;
    int16 scale;
    Visibility visibility;
}

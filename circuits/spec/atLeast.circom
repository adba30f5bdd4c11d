pragma circom 2.2.0;

include "signBit.circom";

// 1 when a >= b, else 0, for differences in [-2^lowBits, 2^lowBits).
//
// Constraints: lowBits + 1.
template AtLeast(lowBits) {
    signal input a;
    signal input b;
    signal output out;

    component difference = SignBits(lowBits);
    difference.in <== a - b;
    out <== difference.nonNegative;
}

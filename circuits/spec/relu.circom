pragma circom 2.2.0;

include "signBit.circom";

// max(0, floor((in + 2^(shift - 1)) / 2^shift)): ReLU and rescale in one.
//
// Rounding first is the same as rounding last, because a negative value never rounds above 0. The shift is
// free: it only leaves low bits out.
//
// Constraints: lowBits + 2 (the split, and one product).
template Relu(shift, lowBits) {
    signal input in;
    signal output out;

    component split = SignBits(lowBits);  // of the rounded value
    split.in <== in + (shift == 0 ? 0 : 1 << (shift - 1));

    var high = 0;                         // its bits from `shift` on
    for (var i = shift; i < lowBits; i++) {
        high += split.low[i] * (1 << (i - shift));
    }
    out <== split.nonNegative * high;
}

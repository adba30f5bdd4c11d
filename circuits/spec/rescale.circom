pragma circom 2.2.0;

include "decompose.circom";

// floor((in + 2^(shift - 1)) / 2^shift), for a quotient of at least `lowest`; shift >= 1.
//
// The rounded value is moved by a multiple of 2^shift until it cannot be negative and split into bits. The
// low bits are the remainder, which is thereby below 2^shift, and the high bits are the quotient less
// `lowest`.
//
// Constraints: width, the bits of the largest moved value.
template Rescale(shift, lowest, width) {
    signal input in;
    signal output out;

    component split = Decompose(width);
    split.in <== in + (1 << (shift - 1)) - lowest * (1 << shift);

    var quotient = lowest;
    for (var i = shift; i < width; i++) {
        quotient += split.bits[i] * (1 << (i - shift));
    }
    out <== quotient;
}

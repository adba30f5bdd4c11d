pragma circom 2.2.0;

include "isZero.circom";
include "select.circom";
include "signBit.circom";

// min(max(0, floor((in + 2^(shift - 1)) / 2^shift)), 2^limitBits - 1): ReLU, rescale and an upper limit in
// one.
//
// The bits from shift + limitBits on tell whether the limit is passed; where they are all 0, the value is the
// bits below.
//
// Constraints: lowBits + 1 (split), 3 + 1 (limit), 1 (sign).
template ClippedRelu(shift, lowBits, limitBits) {
    signal input in;
    signal output out;

    component split = SignBits(lowBits);  // of the rounded value
    split.in <== in + (shift == 0 ? 0 : 1 << (shift - 1));

    var low = 0;                          // its bits within the limit
    var high = 0;                         // and those beyond
    for (var i = shift; i < lowBits; i++) {
        if (i - shift < limitBits) {
            low += split.low[i] * (1 << (i - shift));
        } else {
            high += split.low[i] * (1 << (i - shift - limitBits));
        }
    }
    component within = IsZero();
    within.in <== high;

    component limited = Select();
    limited.bit <== within.out;
    limited.a <== low;
    limited.b <== (1 << limitBits) - 1;

    out <== split.nonNegative * limited.out;
}

pragma circom 2.2.0;

include "decompose.circom";

// Sign and low bits of a signed value in [-2^lowBits, 2^lowBits).
//
// Two's complement with the sign turned round: in + 2^lowBits lies in [0, 2^(lowBits + 1)), and its top bit
// is 1 exactly when in >= 0. Zero is non-negative and has no second encoding.
//
// Constraints: lowBits + 1.
template SignBits(lowBits) {
    signal input in;             // the value, negative ones as r - |in|
    signal output nonNegative;   // 1 when in >= 0, else 0
    signal output low[lowBits];  // in modulo 2^lowBits

    component split = Decompose(lowBits + 1);
    split.in <== in + (1 << lowBits);
    for (var i = 0; i < lowBits; i++) {
        low[i] <== split.bits[i];
    }
    nonNegative <== split.bits[lowBits];
}

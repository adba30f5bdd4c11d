pragma circom 2.2.0;

include "atLeast.circom";
include "select.circom";

// Largest of n values whose differences lie in [-2^lowBits, 2^lowBits).
//
// Constraints: (n - 1) * (lowBits + 2).
template Maximum(n, lowBits) {
    signal input in[n];
    signal output out;

    component wins[n];  // whether value i is at least the largest before it
    component best[n];  // the largest value up to i
    for (var i = 1; i < n; i++) {
        wins[i] = AtLeast(lowBits);
        best[i] = Select();
        wins[i].a <== in[i];
        best[i].a <== in[i];
        wins[i].b <== i == 1 ? in[0] : best[i - 1].out;
        best[i].b <== i == 1 ? in[0] : best[i - 1].out;
        best[i].bit <== wins[i].out;
    }
    out <== best[n - 1].out;
}

pragma circom 2.2.0;

include "atLeast.circom";
include "select.circom";

// Index of the largest of n values: the first of equal ones, or the last where keepLast is 1.
//
// A running best and its index. A later value wins against the best when it is greater (at least the best
// plus 1), with keepLast also when it is equal. lowBits must hold the differences of any two values, less 1
// where keepLast is 0.
//
// Constraints: (n - 1) * (lowBits + 1) for the comparisons, n - 2 for the index (the first step from 0 is
// linear) and n - 2 for the best (the last one is not needed).
template Argmax(n, lowBits, keepLast) {
    signal input in[n];
    signal output out;

    component wins[n];   // whether value i beats all before it
    component best[n];   // the largest value up to i
    component index[n];  // and where it stands
    for (var i = 1; i < n; i++) {
        wins[i] = AtLeast(lowBits);
        wins[i].a <== in[i];
        wins[i].b <== (i == 1 ? in[0] : best[i - 1].out) + 1 - keepLast;

        index[i] = Select();
        index[i].bit <== wins[i].out;
        index[i].a <== i;
        index[i].b <== i == 1 ? 0 : index[i - 1].out;

        if (i < n - 1) {
            best[i] = Select();
            best[i].bit <== wins[i].out;
            best[i].a <== in[i];
            best[i].b <== i == 1 ? in[0] : best[i - 1].out;
        }
    }
    out <== index[n - 1].out;
}

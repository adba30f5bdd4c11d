pragma circom 2.2.0;

// bit ? a : b. The caller guarantees that bit is 0 or 1: it is an output of a template that makes it so.
//
// Constraints: 1.
template Select() {
    signal input bit;
    signal input a;
    signal input b;
    signal output out;

    signal moved <== bit * (a - b);  // the way from b to the answer
    out <== b + moved;
}

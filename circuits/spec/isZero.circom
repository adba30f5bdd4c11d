pragma circom 2.2.0;

// 1 when in = 0, else 0.
//
// Where in is not 0, the second constraint forces out = 0, and then the first forces inverse = 1 / in. Where
// in is 0, the first forces out = 1, and then the third forces inverse = 0. The usual template has no third
// constraint: its answer is right too, but the inverse of 0 is free, and a proof with a free wire is not
// unique.
//
// Constraints: 3.
template IsZero() {
    signal input in;
    signal output out;

    signal inverse <-- in != 0 ? 1 / in : 0;
    signal product <== in * inverse;  // 1 where in is not 0
    out <== 1 - product;
    in * out === 0;
    inverse * out === 0;
}

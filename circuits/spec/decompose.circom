pragma circom 2.2.0;

// Bits of a value in [0, 2^width), little end first.
//
// Accepts exactly the values of that range: each bit is 0 or 1, and together they sum to the value. With at
// most 253 bits the sum stays below 2^253 < r, so that no second expansion (of the value plus r) exists. Bit
// 0 is not guessed but what the others leave; its constraint is the one that refuses values out of range.
//
// Constraints: width.
template Decompose(width) {
    assert(width >= 1 && width <= 253);
    signal input in;            // the value
    signal output bits[width];  // its binary expansion

    var rest = in;              // in less the bits above 0, times their weights
    for (var i = 1; i < width; i++) {
        bits[i] <-- (in >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        rest -= bits[i] * (1 << i);
    }
    bits[0] <== rest;
    bits[0] * (bits[0] - 1) === 0;
}

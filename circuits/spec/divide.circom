pragma circom 2.2.0;

include "decompose.circom";

// floor(a / b) for b >= 1 and quotients in [lowest, lowest + 2^quotientBits); b - 1 < 2^divisorBits.
//
// With q the quotient less `lowest`: q * b + remainder = a - lowest * b, and both remainder and b - 1 -
// remainder are split, so that 0 <= remainder < b. The caller keeps 2^quotientBits * b below r; then this is
// Euclid's division of integers, and a quotient one more or less would move the remainder by b, out of its
// range.
//
// Constraints: quotientBits + 2 * divisorBits + 1. (Where b is a constant the product is free, and where it
// is a power of two the last split is not needed.)
template Divide(lowest, quotientBits, divisorBits) {
    signal input a;
    signal input b;
    signal output out;

    signal quotient <-- (a - lowest * b) \ b;
    component inRange = Decompose(quotientBits);
    inRange.in <== quotient;

    signal product <== quotient * b;
    signal remainder <== a - lowest * b - product;
    component notNegative = Decompose(divisorBits);
    notNegative.in <== remainder;
    component belowDivisor = Decompose(divisorBits);
    belowDivisor.in <== b - 1 - remainder;

    out <== quotient + lowest;
}

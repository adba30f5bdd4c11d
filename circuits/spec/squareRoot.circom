pragma circom 2.2.0;

include "decompose.circom";

// The hint: floor(sqrt(x)), bit by bit from the top.
function integerRoot(x, bits) {
    var root = 0;
    for (var i = bits - 1; i >= 0; i--) {
        if ((root + (1 << i)) * (root + (1 << i)) <= x) {
            root += 1 << i;
        }
    }
    return root;
}

// floor(sqrt(in)) for roots below 2^bits, bits <= 124.
//
// The rest in - root^2 and what it leaves to 2 * root are both split: root^2 <= in <= root^2 + 2 * root <
// (root + 1)^2. With roots below 2^124 no square wraps around the field, so these are inequalities between
// integers and one root meets them.
//
// Constraints: 3 * bits + 3.
template SquareRoot(bits) {
    assert(bits <= 124);
    signal input in;
    signal output out;

    out <-- integerRoot(in, bits);
    component inRange = Decompose(bits);
    inRange.in <== out;

    signal square <== out * out;
    component rest = Decompose(bits + 1);
    rest.in <== in - square;
    component room = Decompose(bits + 1);
    room.in <== 2 * out - (in - square);
}

pragma circom 2.2.0;

// The Poseidon permutation (https://eprint.iacr.org/2019/458): S-box x^5, 8 full rounds, half of them before
// and half after the partial ones. constants[round][i] and mds[i][j] are those of the paper's reference
// script; the tests pass them in.
//
// Constraints: 3 for each S-box, 8 * width + partialRounds S-boxes.
template Permutation(width, partialRounds, constants, mds) {
    var boxes = 8 * width + partialRounds;

    signal input in[width];
    signal output out[width];

    signal square[boxes];  // x^2 of each S-box, in the order of use
    signal fourth[boxes];  // x^4
    signal fifth[boxes];   // x^5, its output

    var state[width];
    for (var i = 0; i < width; i++) {
        state[i] = in[i];
    }
    var box = 0;
    for (var round = 0; round < 8 + partialRounds; round++) {
        var isFull = round < 4 || round >= 4 + partialRounds;
        for (var i = 0; i < width; i++) {
            state[i] += constants[round][i];
            if (isFull || i == 0) {
                square[box] <== state[i] * state[i];
                fourth[box] <== square[box] * square[box];
                fifth[box] <== fourth[box] * state[i];
                state[i] = fifth[box];
                box++;
            }
        }
        var mixed[width];
        for (var i = 0; i < width; i++) {
            mixed[i] = 0;
            for (var j = 0; j < width; j++) {
                mixed[i] += mds[i][j] * state[j];
            }
        }
        for (var i = 0; i < width; i++) {
            state[i] = mixed[i];
        }
    }
    for (var i = 0; i < width; i++) {
        out[i] <== state[i];
    }
}

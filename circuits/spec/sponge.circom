pragma circom 2.2.0;

include "poseidon.circom";

// The digest of `length` field elements: a Poseidon sponge in overwrite mode, capacity 1 at index 0, rate 16.
//
// The capacity starts at length * 2^64 (the constant-input-length domain of the paper, section 4.2), so that
// vectors of different lengths never share a digest by construction. Chunks of 16 overwrite the rest of the
// state; the last chunk of `last` = 1..16 elements goes through the permutation of width last + 1, and the
// digest is element 1 of its output. `full` names the parameters of width 17, unused when length <= 16.
//
// Constraints: those of the permutations.
template Sponge(length, fullRounds, fullConstants, fullMds, lastRounds, lastConstants, lastMds) {
    var chunks = (length + 15) \ 16;
    var last = length - 16 * (chunks - 1);

    signal input in[length];
    signal output out;

    component full[chunks - 1];  // the permutations of all chunks but the last
    for (var chunk = 0; chunk < chunks - 1; chunk++) {
        full[chunk] = Permutation(17, fullRounds, fullConstants, fullMds);
        full[chunk].in[0] <== chunk == 0 ? length * (1 << 64) : full[chunk - 1].out[0];
        for (var i = 0; i < 16; i++) {
            full[chunk].in[1 + i] <== in[16 * chunk + i];
        }
    }
    component final = Permutation(last + 1, lastRounds, lastConstants, lastMds);
    final.in[0] <== chunks == 1 ? length * (1 << 64) : full[chunks - 2].out[0];
    for (var i = 0; i < last; i++) {
        final.in[1 + i] <== in[16 * (chunks - 1) + i];
    }
    out <== final.out[1];
}

pragma circom 2.2.0;

include "sponge.circom";

// What a statement holds in place of inputs that stay hidden: the sponge of the packed inputs and a salt,
// which is one more private element. A random salt hides the inputs; with salt 0 the commitment only binds
// them.
//
// Constraints: those of the sponge over words + 1 elements.
template Commitment(words, fullRounds, fullConstants, fullMds, lastRounds, lastConstants, lastMds) {
    signal input in[words];
    signal input salt;
    signal output out;

    component sponge = Sponge(
        words + 1, fullRounds, fullConstants, fullMds, lastRounds, lastConstants, lastMds
    );
    for (var i = 0; i < words; i++) {
        sponge.in[i] <== in[i];
    }
    sponge.in[words] <== salt;
    out <== sponge.out;
}

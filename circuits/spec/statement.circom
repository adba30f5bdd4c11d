pragma circom 2.2.0;

include "sponge.circom";

// The statement that every circuit proves, over v = (context, inputs..., outputs...) of length >= 2:
//   digest = Sponge(v)   and   evaluation = sum of v[i] * challenge^i.
//
// The verifier knows v in the clear and draws the challenge from a hash of the digest and v; it never
// computes the digest. The prover's vector is fixed by the digest before the challenge exists, so that
// another vector than the verifier's passes with probability at most (length - 1) / r (Schwartz-Zippel).
//
// Constraints: those of the sponge, 1 for the digest (linear), length - 1 for the evaluation.
template Statement(length, fullRounds, fullConstants, fullMds, lastRounds, lastConstants, lastMds) {
    signal input digest;      // public
    signal input challenge;   // public
    signal input evaluation;  // public
    signal input v[length];   // private: the verifier's copy is compared through the evaluation

    component sponge = Sponge(
        length, fullRounds, fullConstants, fullMds, lastRounds, lastConstants, lastMds
    );
    for (var i = 0; i < length; i++) {
        sponge.in[i] <== v[i];
    }
    digest === sponge.out;

    signal scaled[length];    // Horner's intermediate products, from the top; the two ends are not needed
    scaled[0] <== 0;
    scaled[length - 1] <== 0;
    for (var i = length - 2; i >= 1; i--) {
        scaled[i] <== (v[i + 1] + scaled[i + 1]) * challenge;
    }
    evaluation - v[0] === (v[1] + scaled[1]) * challenge;
}

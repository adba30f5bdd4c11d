pragma circom 2.2.0;

include "decompose.circom";

// One input integer of the model, in [minimum, minimum + 2^bits).
//
// The circuit's wire is the lane, value - minimum, because that is what the statement packs. The split makes
// the packing injective: no lane can carry into its neighbour.
//
// Constraints: bits.
template InputLane(bits, minimum) {
    signal input lane;    // value - minimum
    signal output value;  // what the model computes with

    component split = Decompose(bits);
    split.in <== lane;
    value <== lane + minimum;
}

pragma circom 2.2.0;

include "isZero.circom";
include "select.circom";
include "signBit.circom";

// A piecewise polynomial at x = floor((in + 2^(shift - 1)) / 2^shift).
//
// The domain [start, start + 2^(segmentBits + localBits)) is cut into 2^segmentBits equal segments. With u =
// x - start, the segment is the bits of u above localBits and t the bits below: the value is sum of
// coefs[segment][j] * t^j. Below the domain it is below + belowSlope * u, above it above + aboveSlope * u.
// lowBits must hold u * 2^shift with its sign, and reach beyond the domain.
//
// Any table over the segment bits is a linear combination of the products of subsets of those bits (its
// Moebius transform gives the weights), so that a choice of segment costs the products and nothing for each
// coefficient.
//
// Constraints: lowBits + 1 (split), 2^segmentBits - segmentBits - 1 (products), degree (Horner), 3 + 1
// (above), 1 (below).
template Piecewise(
    shift, start, lowBits, segmentBits, localBits, degree, coefs, below, belowSlope, above, aboveSlope
) {
    var segments = 1 << segmentBits;
    var domainBits = segmentBits + localBits;

    signal input in;
    signal output out;

    component split = SignBits(lowBits);  // of u * 2^shift, rounded
    split.in <== in + (shift == 0 ? 0 : 1 << (shift - 1)) - start * (1 << shift);

    var t = 0;                            // position within the segment
    for (var i = 0; i < localBits; i++) {
        t += split.low[shift + i] * (1 << i);
    }

    signal monomial[segments];            // product of the segment bits that the index names
    monomial[0] <== 1;
    for (var bit = 0; bit < segmentBits; bit++) {
        for (var mask = 0; mask < 1 << bit; mask++) {
            monomial[mask + (1 << bit)] <== monomial[mask] * split.low[shift + localBits + bit];
        }
    }

    signal scaled[degree];                // Horner's intermediate products
    var value = 0;
    for (var j = degree; j >= 0; j--) {
        if (j < degree) {
            scaled[j] <== value * t;
            value = scaled[j];
        }
        var weight[segments];             // coefficient j of each segment, then its Moebius transform
        for (var s = 0; s < segments; s++) {
            weight[s] = coefs[s][j];
        }
        for (var bit = 0; bit < segmentBits; bit++) {
            for (var mask = 0; mask < segments; mask++) {
                if ((mask >> bit) & 1) {
                    weight[mask] -= weight[mask - (1 << bit)];
                }
            }
        }
        for (var mask = 0; mask < segments; mask++) {
            value += weight[mask] * monomial[mask];
        }
    }

    var past = 0;                         // bits of u above the domain: 0 inside it
    var magnitude = 0;                    // all bits of u; where u < 0, u plus 2^(lowBits - shift)
    for (var i = shift; i < lowBits; i++) {
        magnitude += split.low[i] * (1 << (i - shift));
        if (i >= shift + domainBits) {
            past += split.low[i] * (1 << (i - shift - domainBits));
        }
    }
    component inside = IsZero();
    inside.in <== past;

    component capped = Select();          // the table's value, or that above
    capped.bit <== inside.out;
    capped.a <== value;
    capped.b <== above + aboveSlope * magnitude;

    component floored = Select();         // that, or that below
    floored.bit <== split.nonNegative;
    floored.a <== capped.out;
    floored.b <== below + belowSlope * (magnitude - (1 - split.nonNegative) * (1 << (lowBits - shift)));
    out <== floored.out;
}

// The optimal ate pairing of BN254, for checks of products of pairings.
#pragma once
#include "curve.hpp"

namespace opg {

/** y^2 = x^3 + 3; infinity counts. */
bool isOnCurve(const Jacobian<Fq>& affine);

/** On the twist y^2 = x^3 + 3 / (9 + u) and of order r; infinity counts. */
bool isInSubgroup(const Jacobian<Fq2>& affine);

/**
 * Whether the product of e(g1[i], g2[i]) is one. Points in file form (8 and 16 words each), coordinates below q.
 * False when a point is off its curve or outside the subgroup; infinity pairs to one.
 */
bool pairingProductIsOne(const u64* g1, const u64* g2, size_t count);

}  // namespace opg

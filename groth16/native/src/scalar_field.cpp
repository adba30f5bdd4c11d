#include "scalar_field.hpp"

namespace opg {

namespace {

using i64 = int64_t;
using i128 = __int128;

constexpr u64 MASK62 = (u64(1) << 62) - 1;

/** A signed integer in five 62-bit limbs (the top one carries the sign). */
struct Signed62 {
  i64 l[5];
};

/** 62 division steps as a matrix scaled by 2^62. */
struct Steps {
  i64 u, v, q, r;
};

Signed62 toSigned62(const Words& a) {
  return Signed62{{i64(a.w[0] & MASK62), i64(((a.w[0] >> 62) | (a.w[1] << 2)) & MASK62),
                   i64(((a.w[1] >> 60) | (a.w[2] << 4)) & MASK62),
                   i64(((a.w[2] >> 58) | (a.w[3] << 6)) & MASK62), i64(a.w[3] >> 56)}};
}

Words fromSigned62(const Signed62& a) {
  u64 l[5];
  for (int i = 0; i < 5; i++) l[i] = u64(a.l[i]);
  return Words{{l[0] | (l[1] << 62), (l[1] >> 2) | (l[2] << 60), (l[2] >> 4) | (l[3] << 58), (l[3] >> 6) | (l[4] << 56)}};
}

/** Up to 62 division steps of Bernstein and Yang ("Fast constant-time gcd", 2019) on the low words, zeros skipped. */
Steps divisionSteps(i64& eta, u64 f, u64 g) {
  u64 u = 1, v = 0, q = 0, r = 1;
  int left = 62;
  for (;;) {
    int zeros = __builtin_ctzll(g | (~u64(0) << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      u64 t = f;
      f = g;
      g = 0 - t;
      t = u;
      u = q;
      q = 0 - t;
      t = v;
      v = r;
      r = 0 - t;
    }
    // Cancel as many low bits of g as the steps until the next swap allow, six at most:
    // -1/f mod 2^6 is f (f^2 - 2).
    int limit = eta + 1 > left ? left : int(eta + 1);
    u64 mask = (~u64(0) >> (64 - limit)) & 63;
    u64 w = (f * g * (f * f - 2)) & mask;
    g += f * w;
    q += u * w;
    r += v * w;
  }
  return Steps{i64(u), i64(v), i64(q), i64(r)};
}

/** (f, g) := matrix * (f, g) / 2^62. */
void applyToValues(const Steps& t, Signed62& f, Signed62& g) {
  i128 a = i128(t.u) * f.l[0] + i128(t.v) * g.l[0];
  i128 b = i128(t.q) * f.l[0] + i128(t.r) * g.l[0];
  a >>= 62;
  b >>= 62;
  for (int i = 1; i < 5; i++) {
    a += i128(t.u) * f.l[i] + i128(t.v) * g.l[i];
    b += i128(t.q) * f.l[i] + i128(t.r) * g.l[i];
    f.l[i - 1] = i64(u64(a) & MASK62);
    g.l[i - 1] = i64(u64(b) & MASK62);
    a >>= 62;
    b >>= 62;
  }
  f.l[4] = i64(a);
  g.l[4] = i64(b);
}

/** (d, e) := matrix * (d, e) / 2^62 modulo p; both stay in (-2p, p). */
void applyToCofactors(const Steps& t, Signed62& d, Signed62& e, const Signed62& p, u64 inverse62) {
  i64 signD = d.l[4] >> 63, signE = e.l[4] >> 63;
  i64 md = (t.u & signD) + (t.v & signE);
  i64 me = (t.q & signD) + (t.r & signE);
  i128 a = i128(t.u) * d.l[0] + i128(t.v) * e.l[0];
  i128 b = i128(t.q) * d.l[0] + i128(t.r) * e.l[0];
  md -= i64((inverse62 * u64(a) + u64(md)) & MASK62);
  me -= i64((inverse62 * u64(b) + u64(me)) & MASK62);
  a += i128(p.l[0]) * md;
  b += i128(p.l[0]) * me;
  a >>= 62;
  b >>= 62;
  for (int i = 1; i < 5; i++) {
    a += i128(t.u) * d.l[i] + i128(t.v) * e.l[i] + i128(p.l[i]) * md;
    b += i128(t.q) * d.l[i] + i128(t.r) * e.l[i] + i128(p.l[i]) * me;
    d.l[i - 1] = i64(u64(a) & MASK62);
    e.l[i - 1] = i64(u64(b) & MASK62);
    a >>= 62;
    b >>= 62;
  }
  d.l[4] = i64(a);
  e.l[4] = i64(b);
}

void carry62(Signed62& a) {
  for (int i = 0; i < 4; i++) {
    a.l[i + 1] += a.l[i] >> 62;
    a.l[i] &= i64(MASK62);
  }
}

/** Brings (-2p, p), negated first when `negate`, into [0, p). */
Words normalise(Signed62 a, bool negate, const Signed62& p) {
  if (a.l[4] < 0) {
    for (int i = 0; i < 5; i++) a.l[i] += p.l[i];
    carry62(a);
  }
  if (negate) {
    for (int i = 0; i < 5; i++) a.l[i] = -a.l[i];
    carry62(a);
  }
  if (a.l[4] < 0) {
    for (int i = 0; i < 5; i++) a.l[i] += p.l[i];
    carry62(a);
  }
  return fromSigned62(a);
}

}  // namespace

Words invertWords(const Words& a, const Words& modulus) {
  Signed62 p = toSigned62(modulus), f = p, g = toSigned62(a);
  Signed62 d{}, e{{1, 0, 0, 0, 0}};
  u64 inverse62 = inverse64(modulus.w[0]) & MASK62;
  i64 eta = -1;
  // 12 blocks of 62 steps are enough for any 256-bit input (the bound is 590 steps with this start).
  for (int block = 0; block < 12; block++) {
    if ((g.l[0] | g.l[1] | g.l[2] | g.l[3] | g.l[4]) == 0) break;
    Steps t = divisionSteps(eta, u64(f.l[0]) | (u64(f.l[1]) << 62), u64(g.l[0]) | (u64(g.l[1]) << 62));
    applyToCofactors(t, d, e, p, inverse62);
    applyToValues(t, f, g);
  }
  return normalise(d, f.l[4] < 0, p);
}

}  // namespace opg

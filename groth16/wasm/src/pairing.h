// The optimal ate pairing of BN254, two pairs at a time (one a lane), for checking products of a few pairings.
// Line formulas: C. Costello, T. Lange, M. Naehrig, "Faster pairing computations on curves with high-degree
// twists" (homogeneous coordinates, D-type twist). Final exponentiation: L. Fuentes-Castaneda, E. Knapp,
// F. Rodriguez-Henriquez, "Faster hashing to G2", section 4.
#pragma once
#include "projective.h"

typedef Fq2::V V2;

static __attribute__((noinline)) V2 times(const V2 &a, const V2 &b) { return Fq2::red(Fq2::mul(a, b)); }
static __attribute__((noinline)) V2 plus(const V2 &a, const V2 &b) { return Fq2::red(Fq2::add(a, b)); }
static __attribute__((noinline)) V2 minus(const V2 &a, const V2 &b) { return Fq2::red(Fq2::sub(a, b)); }
static V2 twice(const V2 &a) { return plus(a, a); }
static V2 negate(const V2 &a) { return Fq2::neg(a); }
static V2 conjugate(const V2 &a) { return {a.c0, Fq::neg(a.c1)}; }

// by the element of Fq whose lanes are s
static V2 scale(const V2 &a, const Fq::V &s) { return {Fq::red(Fq::mul(a.c0, s)), Fq::red(Fq::mul(a.c1, s))}; }

// times 9 + u, the sextic non-residue
static V2 timesXi(const V2 &a) {
  V2 eight = twice(twice(twice(a)));
  V2 nine = plus(eight, a);
  return {Fq::red(Fq::sub(nine.c0, a.c1)), Fq::red(Fq::add(nine.c1, a.c0))};
}

constexpr Elem2 constant2(const U256 &c0, const U256 &c1) {
  U256 unit = powerOfTwo(MONTGOMERY_BITS, ModQ::p);
  return {toElem(mulMod(c0, unit, ModQ::p)), toElem(mulMod(c1, unit, ModQ::p))};
}

// (9 + u)^(i (q - 1) / 6), i = 1 .. 5
static constexpr U256 FROBENIUS_WORDS[5][2] = {
    {U256{{0xd60b35dadcc9e470, 0x5c521e08292f2176, 0xe8b99fdd76e68b60, 0x1284b71c2865a7df}},
     U256{{0xca5cf05f80f362ac, 0x747992778eeec7e5, 0xa6327cfe12150b8e, 0x246996f3b4fae7e6}}},
    {U256{{0x99e39557176f553d, 0xb78cc310c2c3330c, 0x4c0bec3cf559b143, 0x2fb347984f7911f7}},
     U256{{0x1665d51c640fcba2, 0x32ae2a1d0b7c9dce, 0x4ba4cc8bd75a0794, 0x16c9e55061ebae20}}},
    {U256{{0xdc54014671a0135a, 0xdbaae0eda9c95998, 0xdc5ec698b6e2f9b9, 0x063cf305489af5dc}},
     U256{{0x82d37f632623b0e3, 0x21807dc98fa25bd2, 0x0704b5a7ec796f2b, 0x07c03cbcac41049a}}},
    {U256{{0x848a1f55921ea762, 0xd33365f7be94ec72, 0x80f3c0b75a181e84, 0x05b54f5e64eea801}},
     U256{{0xc13b4711cd2b8126, 0x3685d2ea1bdec763, 0x9f3a80b03b0b1c92, 0x2c145edbe7fd8aee}}},
    {U256{{0x2ea2c810eab7692f, 0x425c459b55aa1bd3, 0xe93a3661a4353ff4, 0x0183c1e74f798649}},
     U256{{0x24c6b8ee6e0c2c4b, 0xb080cb99678e2ac0, 0xa27fb246c7729f7d, 0x12acf2ca76fd0675}}},
};
static constexpr Elem2 FROBENIUS[5] = {
    constant2(FROBENIUS_WORDS[0][0], FROBENIUS_WORDS[0][1]), constant2(FROBENIUS_WORDS[1][0], FROBENIUS_WORDS[1][1]),
    constant2(FROBENIUS_WORDS[2][0], FROBENIUS_WORDS[2][1]), constant2(FROBENIUS_WORDS[3][0], FROBENIUS_WORDS[3][1]),
    constant2(FROBENIUS_WORDS[4][0], FROBENIUS_WORDS[4][1]),
};
// 3 / (9 + u)
static constexpr Elem2 TWIST_B = constant2(
    U256{{0x3267e6dc24a138e5, 0xb5b4c5e559dbefa3, 0x81be18991be06ac3, 0x2b149d40ceb8aaae}},
    U256{{0xe4a2bd0685c315d2, 0xa74fa084e52d1852, 0xcd2cafadeed8fdf4, 0x009713b03af0fed4}});
static constexpr Elem HALF = toElem(mulMod(
    U256{{0x9e10460b6c3e7ea4, 0xcbc0b548b438e546, 0xdc2822db40c0ac2e, 0x183227397098d014}},
    powerOfTwo(MONTGOMERY_BITS, ModQ::p), ModQ::p));

// Signed binary digits of 6 x + 2 below the leading 2^65 (2^64 has digit 0); x is the curve's parameter.
static constexpr u64 LOOP_PLUS = 0x2002004200804028ull, LOOP_MINUS = 0x82889008420a0480ull;
static constexpr u64 CURVE_X = 0x44e992b44a6909f1ull;
// 6 x^2 = t - 1: on the subgroup of order r the Frobenius acts as this scalar, and nowhere else
static constexpr u64 TRACE_LOW = 0xf83e9682e87cfd46ull, TRACE_HIGH = 0x6f4d8248eeb859fbull;

// Fq2[v] / (v^3 - xi)
struct Fq6 {
  V2 a, b, c;
  static Fq6 zero() {
    V2 one = Fq2::splat(Fq2::ONE), none = Fq2::sub(one, one);
    return {none, none, none};
  }
};

static Fq6 plus(const Fq6 &x, const Fq6 &y) { return {plus(x.a, y.a), plus(x.b, y.b), plus(x.c, y.c)}; }
static Fq6 minus(const Fq6 &x, const Fq6 &y) { return {minus(x.a, y.a), minus(x.b, y.b), minus(x.c, y.c)}; }
static Fq6 negate(const Fq6 &x) { return {negate(x.a), negate(x.b), negate(x.c)}; }
static Fq6 timesV(const Fq6 &x) { return {timesXi(x.c), x.a, x.b}; }

static __attribute__((noinline)) Fq6 times(const Fq6 &x, const Fq6 &y) {
  V2 aa = times(x.a, y.a), bb = times(x.b, y.b), cc = times(x.c, y.c);
  V2 bc = minus(times(plus(x.b, x.c), plus(y.b, y.c)), plus(bb, cc));
  V2 ab = minus(times(plus(x.a, x.b), plus(y.a, y.b)), plus(aa, bb));
  V2 ac = minus(times(plus(x.a, x.c), plus(y.a, y.c)), plus(aa, cc));
  return {plus(aa, timesXi(bc)), plus(ab, timesXi(cc)), plus(ac, bb)};
}

static Fq6 invert(const Fq6 &x) {
  V2 a = minus(times(x.a, x.a), timesXi(times(x.b, x.c)));
  V2 b = minus(timesXi(times(x.c, x.c)), times(x.a, x.b));
  V2 c = minus(times(x.b, x.b), times(x.a, x.c));
  V2 norm = plus(times(x.a, a), timesXi(plus(times(x.c, b), times(x.b, c))));
  V2 inv = Fq2::red(inverse(norm));
  return {times(a, inv), times(b, inv), times(c, inv)};
}

// Fq6[w] / (w^2 - v)
struct Fq12 {
  Fq6 a, b;
  static Fq12 one() {
    Fq6 none = Fq6::zero();
    Fq6 unit = none;
    unit.a = Fq2::splat(Fq2::ONE);
    return {unit, none};
  }
};

static __attribute__((noinline)) Fq12 times(const Fq12 &x, const Fq12 &y) {
  Fq6 aa = times(x.a, y.a), bb = times(x.b, y.b);
  Fq6 cross = times(plus(x.a, x.b), plus(y.a, y.b));
  return {plus(aa, timesV(bb)), minus(cross, plus(aa, bb))};
}

static __attribute__((noinline)) Fq12 square(const Fq12 &x) {
  Fq6 ab = times(x.a, x.b);
  Fq6 s = times(plus(x.a, x.b), plus(x.a, timesV(x.b)));
  return {minus(s, plus(ab, timesV(ab))), plus(ab, ab)};
}

static Fq12 conjugate(const Fq12 &x) { return {x.a, negate(x.b)}; }

static Fq12 invert(const Fq12 &x) {
  Fq6 inv = invert(minus(times(x.a, x.a), timesV(times(x.b, x.b))));
  return {times(x.a, inv), negate(times(x.b, inv))};
}

// x^q: the coefficient of w^k is conjugated and multiplied by xi^(k (q - 1) / 6)
static Fq12 frobenius(const Fq12 &x) {
  return {
      {conjugate(x.a.a), times(conjugate(x.a.b), Fq2::splat(FROBENIUS[1])),
       times(conjugate(x.a.c), Fq2::splat(FROBENIUS[3]))},
      {times(conjugate(x.b.a), Fq2::splat(FROBENIUS[0])), times(conjugate(x.b.b), Fq2::splat(FROBENIUS[2])),
       times(conjugate(x.b.c), Fq2::splat(FROBENIUS[4]))},
  };
}

// f times the line a + b w + c w^3
static Fq12 timesLine(const Fq12 &f, const V2 &a, const V2 &b, const V2 &c) {
  Fq12 line = {Fq6::zero(), Fq6::zero()};
  line.a.a = a;
  line.b.a = b;
  line.b.b = c;
  return times(f, line);
}

struct TwistPoint {
  V2 x, y, z;
};

static __attribute__((noinline)) Fq12 doubleStep(const Fq12 &f, TwistPoint &r, const Fq::V &px, const Fq::V &py) {
  V2 a = scale(times(r.x, r.y), Fq::splat(HALF));
  V2 b = times(r.y, r.y), c = times(r.z, r.z);
  V2 e = times(Fq2::splat(TWIST_B), plus(twice(c), c));
  V2 e3 = plus(twice(e), e);
  V2 g = scale(plus(b, e3), Fq::splat(HALF));
  V2 yz = plus(r.y, r.z);
  V2 h = minus(times(yz, yz), plus(b, c));
  V2 j = times(r.x, r.x), ee = times(e, e);
  V2 i = minus(e, b);
  r.x = times(a, minus(b, e3));
  r.y = minus(times(g, g), plus(twice(ee), ee));
  r.z = times(b, h);
  return timesLine(f, scale(negate(h), py), scale(plus(twice(j), j), px), i);
}

static __attribute__((noinline)) Fq12 addStep(const Fq12 &f, TwistPoint &r, const V2 &qx, const V2 &qy,
                                              const Fq::V &px, const Fq::V &py) {
  V2 theta = minus(r.y, times(qy, r.z)), lambda = minus(r.x, times(qx, r.z));
  V2 c = times(theta, theta), d = times(lambda, lambda);
  V2 e = times(lambda, d), k = times(r.z, c), g = times(r.x, d);
  V2 h = minus(plus(e, k), twice(g));
  V2 j = minus(times(theta, qx), times(lambda, qy));
  V2 y = minus(times(theta, minus(g, h)), times(e, r.y));
  r.x = times(lambda, h);
  r.y = y;
  r.z = times(r.z, e);
  return timesLine(f, scale(lambda, py), scale(negate(theta), px), j);
}

static Fq12 millerLoop(const Fq::V &px, const Fq::V &py, const V2 &qx, const V2 &qy) {
  TwistPoint r = {qx, qy, Fq2::splat(Fq2::ONE)};
  Fq12 f = Fq12::one();
  V2 minusY = negate(qy);
  for (int i = 64; i >= 0; i--) {
    f = doubleStep(square(f), r, px, py);
    if (i < 64 && LOOP_PLUS >> i & 1) f = addStep(f, r, qx, qy, px, py);
    if (i < 64 && LOOP_MINUS >> i & 1) f = addStep(f, r, qx, minusY, px, py);
  }
  V2 x1 = times(conjugate(qx), Fq2::splat(FROBENIUS[1])), y1 = times(conjugate(qy), Fq2::splat(FROBENIUS[2]));
  V2 x2 = times(conjugate(x1), Fq2::splat(FROBENIUS[1])), y2 = times(conjugate(y1), Fq2::splat(FROBENIUS[2]));
  f = addStep(f, r, x1, y1, px, py);
  return addStep(f, r, x2, negate(y2), px, py);
}

static Fq12 powerMinusX(const Fq12 &f) {
  Fq12 r = f;
  for (int i = 61; i >= 0; i--) {
    r = square(r);
    if (CURVE_X >> i & 1) r = times(r, f);
  }
  return conjugate(r);
}

static Fq12 finalExponentiation(const Fq12 &f) {
  Fq12 r = times(conjugate(f), invert(f));
  r = times(frobenius(frobenius(r)), r);
  Fq12 y0 = powerMinusX(r), y1 = square(y0), y3 = times(square(y1), y1);
  Fq12 y4 = powerMinusX(y3), y6 = conjugate(powerMinusX(square(y4)));
  Fq12 y8 = times(times(y6, y4), conjugate(y3)), y9 = times(y8, y1);
  Fq12 y11 = times(times(y8, y4), r);
  Fq12 y13 = times(frobenius(y9), y11);
  Fq12 y14 = times(frobenius(frobenius(y8)), y13);
  Fq12 y15 = frobenius(frobenius(frobenius(times(conjugate(r), y9))));
  return times(y15, y14);
}

// Bit i: lane i's point is on the twist and in the subgroup of order r.
static u32 validG2(const V2 &x, const V2 &y) {
  u32 curve = Fq2::zeroMask(minus(times(y, y), plus(times(times(x, x), x), Fq2::splat(TWIST_B))));
  typedef Projective<Fq2> P;
  P q = {x, y, Fq2::splat(Fq2::ONE)}, sum = P::zero();
  for (int i = 126; i >= 0; i--) {
    sum = P::twice(sum);
    if ((i < 64 ? TRACE_LOW >> i : TRACE_HIGH >> (i - 64)) & 1) sum = P::add(sum, q);
  }
  V2 px = times(conjugate(x), Fq2::splat(FROBENIUS[1])), py = times(conjugate(y), Fq2::splat(FROBENIUS[2]));
  u32 same = Fq2::zeroMask(minus(sum.x, times(px, sum.z))) & Fq2::zeroMask(minus(sum.y, times(py, sum.z)));
  return curve & same & ~Fq2::zeroMask(sum.z);
}

static u32 validG1(const Fq::V &x, const Fq::V &y) {
  Fq::V xxx = Fq::mul(Fq::red(Fq::mul(x, x)), x);
  constexpr Elem three = toElem(mulMod(U256{{3, 0, 0, 0}}, powerOfTwo(MONTGOMERY_BITS, ModQ::p), ModQ::p));
  return Fq::zeroMask(Fq::sub(Fq::red(Fq::sub(Fq::mul(y, y), xxx)), Fq::splat(three)));
}

static Fq6 select(const Fq6 &x, const Fq6 &y, u32 mask) {
  return {Fq2::select(x.a, y.a, mask), Fq2::select(x.b, y.b, mask), Fq2::select(x.c, y.c, mask)};
}

static V2 broadcast(const V2 &a, u32 from) {
  Elem2 e[LANES];
  Elem2 *to[LANES];
  for (int i = 0; i < LANES; i++) to[i] = &e[i];
  Fq2::scatter(a, to);
  return Fq2::splat(e[from]);
}

static Fq6 broadcast(const Fq6 &x, u32 from) {
  return {broadcast(x.a, from), broadcast(x.b, from), broadcast(x.c, from)};
}

static Fq12 broadcast(const Fq12 &x, u32 from) { return {broadcast(x.a, from), broadcast(x.b, from)}; }

// 1 when all points are valid and the product of the pairings is one, else 0
static u32 pairingProductIsOne(const Affine<Fq> *p, const Affine<Fq2> *q, u32 n) {
  Fq12 product = Fq12::one();
  for (u32 from = 0; from < n; from += LANES) {
    const Elem *px[LANES], *py[LANES];
    const Elem2 *qx[LANES], *qy[LANES];
    u32 infinite = 0, infiniteP = 0, infiniteQ = 0;
    for (u32 i = 0; i < LANES; i++) {
      u32 at = from + i < n ? from + i : n - 1;
      px[i] = &p[at].x, py[i] = &p[at].y, qx[i] = &q[at].x, qy[i] = &q[at].y;
      infiniteP |= (u32)isInfinity(p[at]) << i;
      infiniteQ |= (u32)isInfinity(q[at]) << i;
      if (from + i >= n) infinite |= 1u << i;
    }
    Fq::V x1 = Fq::gather(px), y1 = Fq::gather(py);
    V2 x2 = Fq2::gather(qx), y2 = Fq2::gather(qy);
    u32 all = (1u << LANES) - 1;
    // an infinite point's coordinates are meaningless: replace them before computing
    Fq::V one = Fq::splat(Fq::ONE);
    V2 one2 = Fq2::splat(Fq2::ONE);
    x1 = Fq::select(x1, one, infiniteP), y1 = Fq::select(y1, one, infiniteP);
    x2 = Fq2::select(x2, one2, infiniteQ), y2 = Fq2::select(y2, one2, infiniteQ);
    if (((validG1(x1, y1) | infiniteP) & (validG2(x2, y2) | infiniteQ)) != all) return 0;
    infinite |= infiniteP | infiniteQ;
    Fq12 f = millerLoop(x1, y1, x2, y2), unit = Fq12::one();
    product = times(product, Fq12{select(f.a, unit.a, infinite), select(f.b, unit.b, infinite)});
  }
  Fq12 total = broadcast(product, 0);
  for (u32 i = 1; i < LANES; i++) total = times(total, broadcast(product, i));
  Fq12 r = finalExponentiation(total);
  V2 one = Fq2::splat(Fq2::ONE);
  return Fq2::zeroMask(minus(r.a.a, one)) & Fq2::zeroMask(r.a.b) & Fq2::zeroMask(r.a.c) & Fq2::zeroMask(r.b.a) &
         Fq2::zeroMask(r.b.b) & Fq2::zeroMask(r.b.c) & 1;
}

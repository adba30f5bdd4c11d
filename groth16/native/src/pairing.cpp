#include "pairing.hpp"

#include <vector>

#include "tower.hpp"

namespace opg {

namespace {

/** The curve parameter: q and r are polynomials in it. */
constexpr u64 X = 4965661367192848881u;

/** Digits of 6 x + 2 in non-adjacent form, low end first; the top one is 1. */
std::vector<int> ateDigits() {
  u128 n = u128(X) * 6 + 2;
  std::vector<int> digits;
  while (n > 0) {
    int digit = 0;
    if (n & 1) {
      digit = (n & 3) == 3 ? -1 : 1;
      n = digit > 0 ? n - 1 : n + 1;
    }
    digits.push_back(digit);
    n >>= 1;
  }
  return digits;
}

Fq2 power(const Fq2& base, const Words& exponent) {
  Fq2 r = Fq2::one();
  for (int i = 255; i >= 0; i--) {
    r = r.square();
    if ((exponent.w[i >> 6] >> (i & 63)) & 1) r = r * base;
  }
  return r;
}

Words divideSmall(const Words& a, u64 by) {
  Words q{};
  u128 rest = 0;
  for (int i = 3; i >= 0; i--) {
    rest = (rest << 64) | a.w[i];
    q.w[i] = u64(rest / by);
    rest %= by;
  }
  return q;
}

/** What is derived from xi and the modulus once. */
struct TwistConstants {
  Fq2 b;            // 3 / xi
  Fq2 gamma[3][6];  // xi^(i (q^(k+1) - 1) / 6)
  Fq half;
  std::vector<int> digits = ateDigits();

  TwistConstants() {
    const Fq2 xi{Fq::fromInteger({{9, 0, 0, 0}}), Fq::one()};
    b = xi.inverse() * Fq::fromInteger({{3, 0, 0, 0}});
    half = Fq::fromInteger({{2, 0, 0, 0}}).inverse();
    const Fq2 root = power(xi, divideSmall(subtract(FqModulus::value, {{1, 0, 0, 0}}), 6));
    for (int i = 0; i < 6; i++) {
      gamma[0][i] = i == 0 ? Fq2::one() : gamma[0][i - 1] * root;
    }
    // xi^(i (q^2 - 1) / 6) = norm of gamma[0], and one more factor for q^3.
    for (int i = 0; i < 6; i++) {
      gamma[1][i] = gamma[0][i] * gamma[0][i].conjugate();
      gamma[2][i] = gamma[0][i] * gamma[1][i];
    }
  }
};

const TwistConstants& constants() {
  static const TwistConstants c;
  return c;
}

/** The q-power map moved to the twist, k times. */
Jacobian<Fq2> untwistFrobenius(const Jacobian<Fq2>& p, int k) {
  const Fq2* gamma = constants().gamma[k - 1];
  if (k % 2 == 0) return {p.x * gamma[2], p.y * gamma[3], p.z};
  return {p.x.conjugate() * gamma[2], p.y.conjugate() * gamma[3], p.z.conjugate()};
}

Fq12 frobenius(const Fq12& f, int k) {
  const Fq2* gamma = constants().gamma[k - 1];
  auto map = [&](const Fq2& a, int i) { return (k % 2 == 1 ? a.conjugate() : a) * gamma[i]; };
  return {{map(f.c0.c0, 0), map(f.c0.c1, 2), map(f.c0.c2, 4)}, {map(f.c1.c0, 1), map(f.c1.c1, 3), map(f.c1.c2, 5)}};
}

struct Line {
  Fq2 a, b, c;
};

/**
 * The running point of a Miller loop in homogeneous coordinates, with the line of each step. Formulas: Costello,
 * Lange, Naehrig, "Faster pairing computations on curves with high-degree twists" (2010), for a twist of type D.
 */
struct MillerPoint {
  Fq2 x, y, z;

  Line twice() {
    const TwistConstants& k = constants();
    Fq2 a = x * y * k.half, b = y.square(), c = z.square();
    Fq2 e = k.b * (c.twice() + c), f = e.twice() + e, g = (b + f) * k.half;
    Fq2 h = (y + z).square() - b - c, j = x.square(), e2 = e.square();
    x = a * (b - f);
    y = g.square() - e2.twice() - e2;
    z = b * h;
    return {-h, j.twice() + j, e - b};
  }

  Line add(const Fq2& qx, const Fq2& qy) {
    Fq2 theta = y - qy * z, lambda = x - qx * z;
    Fq2 c = theta.square(), d = lambda.square(), e = lambda * d, f = z * c, g = x * d;
    Fq2 h = e + f - g.twice();
    x = lambda * h;
    y = theta * (g - h) - e * y;
    z = z * e;
    return {lambda, -theta, theta * qx - lambda * qy};
  }
};

struct Pair {
  Fq px, py;
  Jacobian<Fq2> q;  // affine
  MillerPoint t;
};

Fq12 timesLineAt(const Fq12& f, const Line& line, const Pair& pair) {
  return f.timesLine(line.a * pair.py, line.b * pair.px, line.c);
}

Fq12 millerLoop(std::vector<Pair>& pairs) {
  const std::vector<int>& digits = constants().digits;
  Fq12 f = Fq12::one();
  for (size_t i = digits.size() - 1; i-- > 0;) {
    f = f.square();
    for (Pair& p : pairs) {
      f = timesLineAt(f, p.t.twice(), p);
      if (digits[i] != 0) f = timesLineAt(f, p.t.add(p.q.x, digits[i] > 0 ? p.q.y : -p.q.y), p);
    }
  }
  for (Pair& p : pairs) {
    Jacobian<Fq2> q1 = untwistFrobenius(p.q, 1), q2 = untwistFrobenius(p.q, 2);
    f = timesLineAt(f, p.t.add(q1.x, q1.y), p);
    f = timesLineAt(f, p.t.add(q2.x, -q2.y), p);
  }
  return f;
}

/** Squares in the subgroup where conjugation inverts: Granger and Scott (2010). */
Fq12 cyclotomicSquare(const Fq12& f) {
  auto squarePair = [](const Fq2& a, const Fq2& b, Fq2& even, Fq2& odd) {
    Fq2 t = a * b;
    even = (a + b) * (timesXi(b) + a) - t - timesXi(t);
    odd = t.twice();
  };
  auto triple = [](const Fq2& a) { return a.twice() + a; };
  Fq2 e0, o0, e1, o1, e2, o2;
  squarePair(f.c0.c0, f.c1.c1, e0, o0);
  squarePair(f.c1.c0, f.c0.c2, e1, o1);
  squarePair(f.c0.c1, f.c1.c2, e2, o2);
  return {{triple(e0) - f.c0.c0.twice(), triple(e1) - f.c0.c1.twice(), triple(e2) - f.c0.c2.twice()},
          {triple(timesXi(o2)) + f.c1.c0.twice(), triple(o0) + f.c1.c1.twice(), triple(o1) + f.c1.c2.twice()}};
}

/** f^-x in that subgroup. */
Fq12 powerMinusX(const Fq12& f) {
  Fq12 r = f;
  for (int i = 61; i >= 0; i--) {
    r = cyclotomicSquare(r);
    if ((X >> i) & 1) r = r * f;
  }
  return r.conjugate();
}

/** Hard part: Fuentes-Castaneda, Knapp, Rodriguez-Henriquez, "Faster hashing to G2" (2011). */
Fq12 finalExponentiation(const Fq12& miller) {
  Fq12 f = miller.conjugate() * miller.inverse();
  f = frobenius(f, 2) * f;
  Fq12 y0 = powerMinusX(f), y1 = cyclotomicSquare(y0), y3 = cyclotomicSquare(y1) * y1;
  Fq12 y4 = powerMinusX(y3), y6 = powerMinusX(cyclotomicSquare(y4)).conjugate();
  Fq12 y8 = y6 * y4 * y3.conjugate(), y9 = y8 * y1;
  Fq12 y11 = y8 * y4 * f;
  return frobenius(f.conjugate() * y9, 3) * frobenius(y8, 2) * frobenius(y9, 1) * y11;
}

}  // namespace

bool isOnCurve(const Jacobian<Fq>& p) {
  return p.isInfinity() || p.y.square() == p.x.square() * p.x + Fq::fromInteger({{3, 0, 0, 0}});
}

bool isInSubgroup(const Jacobian<Fq2>& p) {
  if (p.isInfinity()) return true;
  if (!(p.y.square() == p.x.square() * p.x + constants().b)) return false;
  // (x + 1) P + f(x P) + f^2(x P) = f^3(2 x P) for the q-power map f exactly when r P = 0: El Housni, Guillevic,
  // Piellard, "Co-factor clearing and subgroup membership testing on pairing-friendly curves" (2022), section 3.
  Jacobian<Fq2> xp = p.times({{X, 0, 0, 0}});
  Jacobian<Fq2> left = xp + p + untwistFrobenius(xp, 1) + untwistFrobenius(xp, 2);
  return (left + -untwistFrobenius(xp.twice(), 3)).isInfinity();
}

bool pairingProductIsOne(const u64* g1, const u64* g2, size_t count) {
  std::vector<Pair> pairs;
  for (size_t i = 0; i < count; i++) {
    Jacobian<Fq> p = readPoint<1>(g1 + 8 * i);
    Jacobian<Fq2> q = readPoint<2>(g2 + 16 * i);
    if (!isOnCurve(p) || !isInSubgroup(q)) return false;
    if (p.isInfinity() || q.isInfinity()) continue;
    pairs.push_back({p.x, p.y, q, {q.x, q.y, Fq2::one()}});
  }
  return finalExponentiation(millerLoop(pairs)) == Fq12::one();
}

}  // namespace opg

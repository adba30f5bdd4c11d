// Kernels against the scalar code, which is simple and is itself compared with bigint arithmetic from JavaScript.
// Exit status 0 when all agree. Built and run by run.mjs, with sanitizers too.
#include "../src/pairing.hpp"
#include "../src/point_multiples.hpp"
#include "../src/quotient.hpp"
#include "support.hpp"

namespace {

using namespace opg;
using namespace opg::test;

int failures = 0;

void check(bool ok, const char* what, size_t detail) {
  if (ok) return;
  failures++;
  std::printf("FAILED %s (%zu)\n", what, detail);
}

template <int D>
using PointOf = Jacobian<typename ScalarCoordinate<D>::Type>;

template <int D>
bool samePoint(const PointOf<D>& a, const PointOf<D>& b) {
  u64 x[POINT_WORDS<D>], y[POINT_WORDS<D>];
  writePoint<D>(x, a);
  writePoint<D>(y, b);
  return std::memcmp(x, y, sizeof x) == 0;
}

Words frWords(const Fr& a) { return a.toInteger(); }

void testInversion() {
  Words edges[] = {{{0, 0, 0, 0}}, {{1, 0, 0, 0}}, {{2, 0, 0, 0}}, subtract(FqModulus::value, {{1, 0, 0, 0}})};
  for (int i = 0; i < 2000; i++) {
    Fq a{i < 4 ? edges[i] : randomBelow<FqModulus>()};
    check(a.inverse() * a == (a.isZero() ? Fq::zero() : Fq::one()), "inverse", size_t(i));
  }
}

void testVectorField() {
  for (int round = 0; round < 2000; round++) {
    alignas(64) u64 a[40], b[40];
    for (size_t lane = 0; lane < 8; lane++) {
      Words x = randomBelow<FqModulus>(), y = randomBelow<FqModulus>();
      if (round == 0) x = lane & 1 ? Words{} : subtract(FqModulus::value, {{1, 0, 0, 0}});
      if (round == 0) y = lane & 2 ? Words{{1, 0, 0, 0}} : x;
      Limbs lx = toLimbs(x), ly = toLimbs(y);
      for (size_t i = 0; i < 5; i++) {
        a[8 * i + lane] = lx.l[i];
        b[8 * i + lane] = ly.l[i];
      }
    }
    VecFq x = VecFq::load(a), y = VecFq::load(b);
    for (int lane = 0; lane < 8; lane++) {
      Fq fx = laneOf(x, lane), fy = laneOf(y, lane);
      check(laneOf(multiply(x, y), lane) == fx * fy, "product", size_t(lane));
      check(laneOf(square(x), lane) == fx * fx, "square", size_t(lane));
      check(laneOf(add(x, y), lane) == fx + fy, "sum", size_t(lane));
      check(laneOf(subtract<6>(x, y), lane) == fx - fy, "difference", size_t(lane));
      check(laneOf(weakReduce(multiply(add(x, add(x, x)), subtract<6>(x, y))), lane) == (fx + fx + fx) * (fx - fy),
            "lazy product", size_t(lane));
      check(bool((isZero(subtract<6>(x, y)) >> lane) & 1) == (fx == fy), "zero test", size_t(lane));
    }
  }
}

enum class Case { Random, Bits, Ones, EqualPoints, SomeInfinite, MinusOne, Opposite, Zeros, Bytes, LAST };

template <int D>
void testMsm(size_t n, Case kind, MsmScratch<D>& scratch, Pool& pool) {
  Buffer<u64> points, scalars(4 * n);
  std::vector<Fr> logs;
  arithmeticPoints<D>(n, points, logs);
  Fr expected = Fr::zero(), previous = Fr::zero();
  for (size_t i = 0; i < n; i++) {
    u64* point = &points[i * POINT_WORDS<D>];
    Fr k = Fr::fromInteger(randomBelow<FrModulus>());
    if (kind == Case::Bits) k = random64()() & 1 ? Fr::one() : Fr::zero();
    if (kind == Case::Ones) k = Fr::one();
    if (kind == Case::MinusOne) k = -Fr::one();
    if (kind == Case::Zeros) k = Fr::zero();
    if (kind == Case::Bytes) k = Fr::fromInteger({{random64()() & 255, 0, 0, 0}}) - Fr::fromInteger({{128, 0, 0, 0}});
    if (kind == Case::EqualPoints || kind == Case::Opposite) {
      std::memmove(point, points.data(), POINT_WORDS<D> * 8);
      logs[i] = logs[0];
    }
    if (kind == Case::Opposite && i % 2 == 1) k = -previous;
    if (kind == Case::SomeInfinite && i % 3 == 0) {
      std::memset(point, 0, POINT_WORDS<D> * 8);
      logs[i] = Fr::zero();
    }
    Words w = frWords(k);
    std::memcpy(&scalars[4 * i], w.w, 32);
    expected = expected + logs[i] * k;
    previous = k;
  }
  PointSet<D> set;
  allocatePoints<D>(set, n);
  loadPoints<D>(set, points.data(), 0, n);
  Task task;
  ScalarSet sorted = sortScalars(scalars.data(), n, pool);
  std::vector<PointOf<D>> sums(size_t(sorted.windows));
  for (int w = 0; w < sorted.windows; w += 6) {
    sumWindows<D>(scratch, sorted, set, 0, w, std::min(w + 6, sorted.windows), task, sums.data() + w);
  }
  check(samePoint<D>(joinWindows(sums, sorted.window), generator<D>().times(frWords(expected))), "msm",
        n * 100 + size_t(kind));
}

void testTransform(int logN, Pool& pool) {
  const size_t n = size_t(1) << logN;
  Task task;
  Buffer<u64> in(4 * n), out(4 * n), back(4 * n);
  std::vector<Fr> values(n);
  for (size_t i = 0; i < n; i++) {
    Words w = i == 0 ? subtract(FrModulus::value, {{1, 0, 0, 0}}) : randomBelow<FrModulus>();
    std::memcpy(&in[4 * i], w.w, 32);
    values[i] = Fr::fromInteger(w);
  }
  transform(in.data(), out.data(), logN, false, pool, task);
  transform(out.data(), back.data(), logN, true, pool, task);
  check(std::memcmp(in.data(), back.data(), 32 * n) == 0, "transform there and back", size_t(logN));
  Fr root = rootOfUnity(logN);
  for (size_t i : {size_t(0), size_t(1), n / 2 + n / 8, n - 1}) {
    if (i >= n) continue;
    Fr x = root.power({{i, 0, 0, 0}}), sum = Fr::zero();
    for (size_t j = n; j-- > 0;) sum = sum * x + values[j];
    Words w = frWords(sum);
    check(std::memcmp(w.w, &out[4 * i], 32) == 0, "transform value", size_t(logN) * 1000000 + i);
  }
}

void testQuotient(int logN, Pool& pool) {
  const size_t n = size_t(1) << logN, wires = n + 5;
  Task task;
  std::vector<uint8_t> entries;
  std::vector<Fr> witness(wires), rows[3];
  Buffer<u64> words(4 * wires);
  for (size_t i = 0; i < wires; i++) {
    witness[i] = i % 3 == 0 ? Fr::fromInteger(randomBelow<FrModulus>()) : Fr::fromInteger({{i & 1, 0, 0, 0}});
    Words w = frWords(witness[i]);
    std::memcpy(&words[4 * i], w.w, 32);
  }
  for (auto& r : rows) r.assign(n, Fr::zero());
  size_t count = 0;
  for (size_t row = 0; row < n; row++) {
    for (uint32_t m = 0; m < 2; m++) {
      size_t length = row == n / 2 ? 700 : random64()() % (row % 16 == 0 ? 40 : 4);
      for (size_t k = 0; k < length; k++, count++) {
        uint32_t wire = uint32_t(random64()() % wires), head[3] = {m, uint32_t(row), wire};
        Fr c = Fr::fromInteger(randomBelow<FrModulus>());
        rows[m][row] = rows[m][row] + c * witness[wire];
        Words stored = Fr::fromInteger(c.v).v;
        entries.insert(entries.end(), reinterpret_cast<uint8_t*>(head), reinterpret_cast<uint8_t*>(head) + 12);
        entries.insert(entries.end(), reinterpret_cast<uint8_t*>(stored.w), reinterpret_cast<uint8_t*>(stored.w) + 32);
      }
    }
    rows[2][row] = rows[0][row] * rows[1][row];
  }
  Quotient quotient(entries.data(), count, wires, logN, pool);
  Buffer<u64> out(4 * n);
  for (int repeat = 0; repeat < 2; repeat++) quotient.evaluate(words.data(), out.data(), pool, task, [](const char*) {});
  Fr root = rootOfUnity(logN), coset = rootOfUnity(logN + 1);
  for (size_t i : {size_t(0), n / 3, n - 1}) {
    // Lagrange: f(x) = (x^n - 1) / n * sum f(w^j) w^j / (x - w^j).
    Fr x = coset * root.power({{i, 0, 0, 0}}), at[3] = {Fr::zero(), Fr::zero(), Fr::zero()}, w = Fr::one();
    for (size_t j = 0; j < n; j++, w = w * root) {
      Fr weight = w * (x - w).inverse();
      for (int k = 0; k < 3; k++) at[k] = at[k] + rows[k][j] * weight;
    }
    Fr common = (x.power({{n, 0, 0, 0}}) - Fr::one()) * Fr::fromInteger({{n, 0, 0, 0}}).inverse();
    Words expected = frWords(at[0] * common * (at[1] * common) - at[2] * common);
    check(std::memcmp(expected.w, &out[4 * i], 32) == 0, "quotient", size_t(logN) * 1000000 + i);
  }
}

template <int D>
void testMultiples(size_t n, Pool& pool) {
  constexpr int WORDS = POINT_WORDS<D>;
  Task task;
  Buffer<u64> points, scalars(4 * n), out(n * WORDS);
  std::vector<Fr> logs;
  arithmeticPoints<D>(n, points, logs);
  std::vector<Fr> ks;
  for (size_t i = 0; i < n; i++) {
    Fr k = i == 0 ? Fr::zero() : i == 1 ? Fr::one() : i == 2 ? -Fr::one() : Fr::fromInteger(randomBelow<FrModulus>());
    Words w = frWords(k);
    std::memcpy(&scalars[4 * i], w.w, 32);
    ks.push_back(k);
  }
  if (n > 3) {
    std::memset(&points[3 * WORDS], 0, WORDS * 8);
    logs[3] = Fr::zero();
  }
  auto none = [](double) {};
  multiplyEach<D>(points.data(), scalars.data(), n, out.data(), pool, task, none);
  for (size_t i = 0; i < n; i++) {
    check(samePoint<D>(readPoint<D>(&out[i * WORDS]), generator<D>().times(frWords(ks[i] * logs[i]))), "multiple", i);
  }
  multiplyBase<D>(points.data(), scalars.data(), n, out.data(), pool, task, none);
  for (size_t i = 0; i < n; i++) {
    check(samePoint<D>(readPoint<D>(&out[i * WORDS]), generator<D>().times(frWords(ks[i] * logs[0]))), "base multiple",
          i);
  }
}

template <int D>
void testPointTransform(int logN, Pool& pool) {
  constexpr int WORDS = POINT_WORDS<D>;
  const size_t n = size_t(1) << logN;
  Task task;
  Buffer<u64> points, out(n * WORDS), back(n * WORDS);
  std::vector<Fr> logs;
  arithmeticPoints<D>(n, points, logs);
  transformPoints<D>(points.data(), logN, false, out.data(), pool, task, [](double) {});
  transformPoints<D>(out.data(), logN, true, back.data(), pool, task, [](double) {});
  check(std::memcmp(points.data(), back.data(), n * WORDS * 8) == 0, "point transform there and back", size_t(logN));
  Fr root = rootOfUnity(logN);
  for (size_t i : {size_t(0), n / 2, n - 1}) {
    Fr x = root.power({{i, 0, 0, 0}}), sum = Fr::zero();
    for (size_t j = n; j-- > 0;) sum = sum * x + logs[j];
    check(samePoint<D>(readPoint<D>(&out[i * WORDS]), generator<D>().times(frWords(sum))), "point transform", i);
  }
}

/** A point of the twist from a small x; almost none has order r. */
bool strayTwistPoint(u64 i, Jacobian<Fq2>& point) {
  auto rootOf = [](const Fq& a, Fq& root) {
    Words e = FqModulus::value;  // (q + 1) / 4
    for (int k = 0; k < 4; k++) e.w[k] = (e.w[k] >> 2) | (k < 3 ? e.w[k + 1] << 62 : 0);
    e.w[0] += 1;
    root = a.power(e);
    return root * root == a;
  };
  const Fq2 xi{fqOf({{9, 0, 0, 0}}), Fq::one()}, x{fqOf({{i, 0, 0, 0}}), Fq::one()};
  const Fq2 right = x.square() * x + xi.inverse() * fqOf({{3, 0, 0, 0}});
  const Fq half = fqOf({{2, 0, 0, 0}}).inverse();
  Fq norm, c0;
  if (!rootOf(right.c0.square() + right.c1.square(), norm)) return false;
  if (!rootOf((right.c0 + norm) * half, c0) && !rootOf((right.c0 - norm) * half, c0)) return false;
  const Fq2 y{c0, right.c1 * c0.twice().inverse()};
  point = {x, y, Fq2::one()};
  return y.square() == right;
}

void testPairing() {
  u64 g1[32], g2[64];
  auto set = [&](size_t i, const Fr& p, const Fr& q) {
    writePoint<1>(g1 + 8 * i, generator<1>().times(frWords(p)));
    writePoint<2>(g2 + 16 * i, generator<2>().times(frWords(q)));
  };
  Fr a = Fr::fromInteger(randomBelow<FrModulus>()), b = Fr::fromInteger(randomBelow<FrModulus>());
  Fr c = Fr::fromInteger(randomBelow<FrModulus>());
  check(pairingProductIsOne(g1, g2, 0), "empty product", 0);
  set(0, a, b);
  check(!pairingProductIsOne(g1, g2, 1), "one pairing", 1);
  set(1, -(a * b), Fr::one());
  check(pairingProductIsOne(g1, g2, 2), "two pairings", 2);
  set(2, c, Fr::zero());
  set(3, Fr::zero(), c);
  check(pairingProductIsOne(g1, g2, 4), "infinity pairs to one", 4);
  set(3, Fr::one(), c);
  check(!pairingProductIsOne(g1, g2, 4), "four pairings", 4);
  g1[1] ^= 1;
  check(!pairingProductIsOne(g1, g2, 2), "a point off the curve", 2);
  int found = 0;
  for (u64 i = 1; found < 4 && i < 200; i++) {
    Jacobian<Fq2> stray;
    if (!strayTwistPoint(i, stray)) continue;
    found++;
    check(isInSubgroup(stray) == stray.times(FrModulus::value).isInfinity(), "subgroup", i);
    check(!isInSubgroup(stray), "a point outside the subgroup", i);
  }
  check(found == 4 && isInSubgroup(generator<2>()), "subgroup points", 0);
}

/** Points that are on no curve must not hang, crash or read out of bounds. */
void testNonsense(Pool& pool) {
  const size_t n = 700;
  Task task;
  Buffer<u64> points(n * 8), scalars(n * 4), out(n * 8);
  for (size_t i = 0; i < n * 8; i++) points[i] = i % 4 == 3 ? random64()() % 3 : random64()() % 2;
  for (size_t i = 0; i < n * 4; i++) scalars[i] = random64()();
  PointSet<1> set;
  allocatePoints<1>(set, n);
  loadPoints<1>(set, points.data(), 0, n);
  MsmScratch<1> scratch;
  ScalarSet sorted = sortScalars(scalars.data(), n, pool);
  std::vector<PointOf<1>> sums(size_t(sorted.windows));
  sumWindows<1>(scratch, sorted, set, 0, 0, sorted.windows, task, sums.data());
  joinWindows(sums, sorted.window);
  multiplyEach<1>(points.data(), scalars.data(), n, out.data(), pool, task, [](double) {});
  multiplyBase<1>(points.data(), scalars.data(), n, out.data(), pool, task, [](double) {});
}

}  // namespace

int main() {
  Pool pool(2);
  testInversion();
  testVectorField();
  MsmScratch<1> scratch1;
  MsmScratch<2> scratch2;
  for (size_t n : {1, 2, 3, 8, 9, 63, 500, 5000}) {
    for (int kind = 0; kind < int(Case::LAST); kind++) {
      testMsm<1>(n, Case(kind), scratch1, pool);
      if (n <= 500) testMsm<2>(n, Case(kind), scratch2, pool);
    }
  }
  for (int logN = 0; logN <= 16; logN++) testTransform(logN, pool);
  for (int logN : {0, 1, 3, 5, 6, 7, 10, 13, 14}) testQuotient(logN, pool);
  for (size_t n : {1, 3, 8, 21, 300}) {
    testMultiples<1>(n, pool);
    if (n < 100) testMultiples<2>(n, pool);
  }
  for (int logN : {0, 1, 3, 4, 6}) {
    testPointTransform<1>(logN, pool);
    if (logN < 5) testPointTransform<2>(logN, pool);
  }
  testPairing();
  testNonsense(pool);
  std::printf(failures == 0 ? "all kernels agree\n" : "%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}

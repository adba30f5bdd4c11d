// What the self-test and the microbenchmark share: random inputs and generators.
#pragma once
#include <chrono>
#include <cstdio>
#include <random>

#include "../src/points.hpp"

namespace opg::test {

inline std::mt19937_64& random64() {
  static std::mt19937_64 generator(20260421);
  return generator;
}

/** Uniform enough below the modulus of M. */
template <class M>
Words randomBelow() {
  Words a{};
  for (u64& w : a.w) w = random64()();
  a.w[3] &= (u64(1) << 62) - 1;
  while (geq(a, M::value)) a = subtract(a, M::value);
  return a;
}

inline Fq fqOf(const Words& integer) { return Fq::fromInteger(integer); }

template <int D>
Jacobian<typename ScalarCoordinate<D>::Type> generator();

template <>
inline Jacobian<Fq> generator<1>() {
  return {fqOf({{1, 0, 0, 0}}), fqOf({{2, 0, 0, 0}}), Fq::one()};
}

template <>
inline Jacobian<Fq2> generator<2>() {
  return {{fqOf({{0x46debd5cd992f6edu, 0x674322d4f75edaddu, 0x426a00665e5c4479u, 0x1800deef121f1e76u}}),
           fqOf({{0x97e485b7aef312c2u, 0xf1aa493335a9e712u, 0x7260bfb731fb5d25u, 0x198e9393920d483au}})},
          {fqOf({{0x4ce6cc0166fa7daau, 0xe3d1e7690c43d37bu, 0x4aab71808dcb408fu, 0x12c85ea5db8c6debu}}),
           fqOf({{0x55acdadcd122975bu, 0xbc4b313370b38ef3u, 0xec9e99ad690c3395u, 0x090689d0585ff075u}})},
          Fq2::one()};
}

/** Points (start + i * step) * generator in file form, and those multiples. */
template <int D>
void arithmeticPoints(size_t count, Buffer<u64>& points, std::vector<Fr>& logs) {
  Fr log = Fr::fromInteger(randomBelow<FrModulus>()), step = Fr::fromInteger(randomBelow<FrModulus>());
  auto point = generator<D>().times(log.toInteger()), increment = generator<D>().times(step.toInteger());
  points.resize(count * POINT_WORDS<D>);
  logs.resize(count);
  for (size_t i = 0; i < count; i++) {
    writePoint<D>(&points[i * POINT_WORDS<D>], point);
    logs[i] = log;
    point = point + increment;
    log = log + step;
  }
}

inline double milliseconds() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** Median of `runs` timings of f, in milliseconds. */
template <class F>
double medianMs(int runs, F f) {
  std::vector<double> times;
  for (int i = 0; i < runs; i++) {
    double start = milliseconds();
    f();
    times.push_back(milliseconds() - start);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace opg::test

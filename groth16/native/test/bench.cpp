// Microbenchmark of the kernels: run.mjs --bench. Single-thread times are processor time of the thread (best of
// several runs), so that other work on the machine disturbs them less; two-thread times are wall-clock medians.
#include <cmath>
#include <ctime>

#include "../src/pairing.hpp"
#include "../src/quotient.hpp"
#include "support.hpp"

namespace {

using namespace opg;
using namespace opg::test;

double threadMs() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) * 1e3 + double(t.tv_nsec) * 1e-6;
}

template <class F>
double bestMs(int runs, F f) {
  double best = 1e18;
  for (int i = 0; i < runs; i++) {
    double start = threadMs();
    f();
    best = std::min(best, threadMs() - start);
  }
  return best;
}

/** Multiply-adds a nanosecond with nothing else to do: what everything below is measured against. */
double multiplyAddsPerNs() {
  constexpr int ROUNDS = 2000000, CHAINS = 12;
#define OPG_CHAIN(n) "vpmadd52luq %%zmm20, %%zmm21, %%zmm" #n "\n\t"
  double ms = bestMs(9, [&] {
    for (int r = 0; r < ROUNDS; r++) {
      __asm__ volatile(OPG_CHAIN(0) OPG_CHAIN(1) OPG_CHAIN(2) OPG_CHAIN(3) OPG_CHAIN(4) OPG_CHAIN(5) OPG_CHAIN(6)
                           OPG_CHAIN(7) OPG_CHAIN(8) OPG_CHAIN(9) OPG_CHAIN(10) OPG_CHAIN(11)
                       :
                       :
                       : "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10",
                         "zmm11");
    }
  });
#undef OPG_CHAIN
  return ROUNDS * double(CHAINS) / (ms * 1e6);
}

alignas(64) u64 elements[16 * 40];

double multiplicationNs(bool squaring) {
  constexpr int ROUNDS = 20000;
  for (size_t i = 0; i < 16 * 40; i++) elements[i] = random64()() & (MASK52 >> (i % 40 >= 32 ? 8 : 0));
  double ms = bestMs(9, [&] {
    for (int r = 0; r < ROUNDS; r++) {
      for (size_t i = 0; i < 16; i++) {
        VecFq a = VecFq::load(elements + 40 * i), b = VecFq::load(elements + 40 * ((i + 1) & 15));
        (squaring ? square(a) : multiply(a, b)).store(elements + 40 * i);
      }
    }
  });
  return ms * 1e6 / (ROUNDS * 16.0 * 8);
}

template <int D>
double msmMs(size_t n, Pool& pool, bool wall, double& additions) {
  Buffer<u64> points, scalars(4 * n);
  std::vector<Fr> logs;
  arithmeticPoints<D>(n, points, logs);
  for (size_t i = 0; i < n; i++) {
    Words k = randomBelow<FrModulus>();
    std::memcpy(&scalars[4 * i], k.w, 32);
  }
  PointSet<D> set;
  allocatePoints<D>(set, n);
  loadPoints<D>(set, points.data(), 0, n);
  std::vector<MsmScratch<D>> scratch(size_t(pool.threads()));
  Task task;
  int windows = 0, window = 0;
  auto once = [&] {
    ScalarSet sorted = sortScalars(scalars.data(), n, pool);
    std::vector<Jacobian<typename ScalarCoordinate<D>::Type>> sums(size_t(sorted.windows));
    windows = sorted.windows;
    window = sorted.window;
    const int step = (windows + 3) / 4;
    pool.run(4, [&](size_t part, int thread) {
      int from = int(part) * step, to = std::min(windows, from + step);
      if (from < to) sumWindows<D>(scratch[size_t(thread)], sorted, set, 0, from, to, task, sums.data() + from);
    });
    joinWindows(sums, sorted.window);
  };
  double ms = wall ? medianMs(9, once) : bestMs(7, once);
  // Each term but a bucket's first is an addition, and the reduction adds two for each bucket.
  additions = double(windows) * (double(n) + std::ldexp(1.0, window - 1));
  return ms;
}

double transformMs(int logN, Pool& pool, bool wall) {
  const size_t n = size_t(1) << logN;
  Buffer<u64> values(elementWords(n));
  std::memset(values.data(), 0, values.size() * 8);
  UpTables up(logN, rootOfUnity(logN), Fr::one(), pool);
  const Steps steps{logN};
  auto once = [&] {
    pool.run(steps.blocks(), [&](size_t b, int) { steps.block(values.data(), nullptr, &up, b); });
    for (int pass = 0; pass < steps.passes(); pass++) {
      pool.forRanges(steps.columns(pass), 16,
                     [&](size_t from, size_t to, int) { steps.upPass(values.data(), up, pass, from, to); });
    }
  };
  return wall ? medianMs(15, once) : bestMs(9, once);
}

double pairingMs() {
  u64 g1[32], g2[64];
  for (size_t i = 0; i < 4; i++) {
    writePoint<1>(g1 + 8 * i, generator<1>().times(randomBelow<FrModulus>()));
    writePoint<2>(g2 + 16 * i, generator<2>().times(randomBelow<FrModulus>()));
  }
  return bestMs(9, [&] { pairingProductIsOne(g1, g2, 4); });
}

}  // namespace

int main() {
  Pool one(1), two(2);
  const double rate = multiplyAddsPerNs();
  // A product takes 100 multiply-adds on eight lanes, a square 80; an affine addition five products and a square.
  const double productFloor = 100 / rate / 8, additionFloor = (5 * 100 + 80) / rate / 8;
  std::printf("multiply-adds a ns               %8.2f\n", rate);
  std::printf("field product, ns                %8.2f  (ceiling %.2f)\n", multiplicationNs(false), productFloor);
  std::printf("field square, ns                 %8.2f\n", multiplicationNs(true));
  double additions;
  double ms = msmMs<1>(1 << 16, one, false, additions);
  std::printf("G1 sum 2^16, ms, one core        %8.2f  (ceiling %.2f)\n", ms, additions * additionFloor * 1e-6);
  std::printf("  million additions a second     %8.2f  (ceiling %.2f)\n", additions / ms * 1e-3, 1e3 / additionFloor);
  std::printf("G1 sum 2^16, ms, two threads     %8.2f\n", msmMs<1>(1 << 16, two, true, additions));
  std::printf("G2 sum 2^14, ms, one core        %8.2f\n", msmMs<2>(1 << 14, one, false, additions));
  std::printf("transform 2^16, ms, one core     %8.2f  (ceiling %.2f)\n", transformMs(16, one, false),
              8 * 65536 * productFloor * 1e-6);
  std::printf("transform 2^16, ms, two threads  %8.2f\n", transformMs(16, two, true));
  std::printf("product of four pairings, ms     %8.2f\n", pairingMs());
  return 0;
}

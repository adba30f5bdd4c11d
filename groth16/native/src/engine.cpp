#include "engine.hpp"

#include <chrono>

#include "pairing.hpp"
#include "point_multiples.hpp"
#include "quotient.hpp"

namespace opg {

namespace {

/** Files and JavaScript give bytes at any address; kernels read them with unaligned loads or memcpy. */
const u64* wordsAt(const uint8_t* bytes) { return reinterpret_cast<const u64*>(bytes); }
u64* wordsAt(uint8_t* bytes) { return reinterpret_cast<u64*>(bytes); }

double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <int D>
using PointOf = Jacobian<typename ScalarCoordinate<D>::Type>;

/** One multi-scalar multiplication among several that run together. */
template <int D>
struct MsmJob {
  const PointSet<D>* points;
  const ScalarSet* scalars;
  size_t first;  // scalar that belongs to point 0
  std::vector<PointOf<D>> sums{};

  void prepare() { sums.resize(size_t(scalars->windows)); }
  PointOf<D> result() const { return joinWindows(sums, scalars->window); }
};

/** A range of windows of a job, the unit that threads share out. */
struct MsmPart {
  double cost;
  std::function<void(int thread)> run;
};

template <int D>
void loadPointsOn(Pool& pool, PointSet<D>& set, const uint8_t* from, size_t count, const Task& task) {
  allocatePoints<D>(set, count);
  pool.forRanges(count, 64, [&](size_t begin, size_t end, int) {
    task.throwIfCancelled();
    loadPoints<D>(set, wordsAt(from + begin * POINT_WORDS<D> * 8), begin, end);
  });
}

}  // namespace

class ProvingKey {
 public:
  size_t variables, publicSignals;
  PointSet<1> a, b1, c, h;
  PointSet<2> b2;
  std::unique_ptr<Quotient> quotient;
  Buffer<u64> quotientScalars;
};

struct Engine::State {
  explicit State(int threads) : pool(threads), g1(size_t(threads)), g2(size_t(threads)) {}

  template <int D>
  std::vector<MsmScratch<D>>& scratch();

  /** Adds the parts of a job to the list. */
  template <int D>
  void split(MsmJob<D>& job, const Task& task, std::vector<MsmPart>& parts) {
    job.prepare();
    const ScalarSet& set = *job.scalars;
    const size_t terms = set.dense.size();
    // Few windows a part keep the threads evenly busy; many make the bucket reductions of a part efficient.
    const int count = terms > 8192 ? std::max(2 * pool.threads(), 4) : pool.threads();
    const int step = std::max(1, (set.windows + count - 1) / count);
    for (int w = 0; w < set.windows; w += step) {
      const int end = std::min(w + step, set.windows);
      double cost = double(terms) * (end - w) + (w == 0 ? double(set.small.size()) : 0);
      parts.push_back({D == 1 ? cost : 2.8 * cost, [this, &job, &task, w, end](int thread) {
                         sumWindows<D>(scratch<D>()[size_t(thread)], *job.scalars, *job.points, job.first, w, end,
                                       task, job.sums.data() + w);
                       }});
    }
  }

  /** Runs parts, costly ones first. */
  void run(std::vector<MsmPart>& parts, const std::function<void(double)>& done) {
    std::stable_sort(parts.begin(), parts.end(), [](const MsmPart& a, const MsmPart& b) { return a.cost > b.cost; });
    double total = 1;
    for (const MsmPart& p : parts) total += p.cost;
    std::mutex mutex;
    double sum = 0;
    pool.run(parts.size(), [&](size_t i, int thread) {
      parts[i].run(thread);
      std::lock_guard<std::mutex> lock(mutex);
      sum += parts[i].cost;
      done(sum / total);
    });
  }

  template <int D>
  void msm(const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out, const Task& task,
           const Progress& progress) {
    PointSet<D> set;
    loadPointsOn<D>(pool, set, points, count, task);
    ScalarSet sorted = sortScalars(wordsAt(scalars), count, pool);
    MsmJob<D> job{&set, &sorted, 0};
    std::vector<MsmPart> parts;
    split<D>(job, task, parts);
    run(parts, [&](double done) { progress("msm", done); });
    writePoint<D>(wordsAt(out), job.result());
  }

  Pool pool;
  std::vector<MsmScratch<1>> g1;
  std::vector<MsmScratch<2>> g2;
};

template <>
std::vector<MsmScratch<1>>& Engine::State::scratch<1>() {
  return g1;
}
template <>
std::vector<MsmScratch<2>>& Engine::State::scratch<2>() {
  return g2;
}

Engine::Engine(int threads) : state_(std::make_unique<State>(threads)) {}
Engine::~Engine() = default;

std::shared_ptr<ProvingKey> Engine::prepare(const KeyParts& parts, const Task& task, const Progress& progress) {
  Pool& pool = state_->pool;
  auto key = std::make_shared<ProvingKey>();
  key->variables = parts.variables;
  key->publicSignals = parts.publicSignals;
  const size_t domain = size_t(1) << parts.logDomain;
  progress("matrices", 0);
  key->quotient = std::make_unique<Quotient>(parts.coefficients, parts.coefficientCount, parts.variables,
                                             parts.logDomain, pool);
  key->quotientScalars.resize(4 * domain);
  progress("points", 0.4);
  loadPointsOn<1>(pool, key->a, parts.a, parts.variables, task);
  loadPointsOn<1>(pool, key->b1, parts.b1, parts.variables, task);
  loadPointsOn<2>(pool, key->b2, parts.b2, parts.variables, task);
  loadPointsOn<1>(pool, key->c, parts.c, parts.variables - parts.publicSignals - 1, task);
  loadPointsOn<1>(pool, key->h, parts.h, domain, task);
  progress("points", 1);
  return key;
}

size_t Engine::keyBytes(const ProvingKey& key) {
  return key.a.bytes() + key.b1.bytes() + key.b2.bytes() + key.c.bytes() + key.h.bytes() + key.quotient->bytes() +
         key.quotientScalars.bytes();
}

size_t Engine::keyVariables(const ProvingKey& key) { return key.variables; }

SumPhases Engine::sums(ProvingKey& key, const uint8_t* witness, uint8_t* out, const Task& task,
                       const Progress& progress) {
  Pool& pool = state_->pool;
  SumPhases phases{};
  const double start = now();
  double abc = 0, fft = 0;
  progress("sort", 0);
  ScalarSet wires = sortScalars(wordsAt(witness), key.variables, pool);
  key.quotient->evaluate(wordsAt(witness), key.quotientScalars.data(), pool, task, [&](const char* phase) {
    (phase[0] == 'a' ? abc : fft) = now();
    progress(phase, phase[0] == 'a' ? 0.02 : 0.1);
  });
  const double sorted = now();
  ScalarSet coefficients = sortScalars(key.quotientScalars.data(), key.h.size, pool);
  progress("msm", 0.3);
  MsmJob<1> a{&key.a, &wires, 0}, b1{&key.b1, &wires, 0}, c{&key.c, &wires, key.publicSignals + 1};
  MsmJob<1> h{&key.h, &coefficients, 0};
  MsmJob<2> b2{&key.b2, &wires, 0};
  std::vector<MsmPart> parts;
  for (MsmJob<1>* job : {&h, &a, &b1, &c}) state_->split<1>(*job, task, parts);
  state_->split<2>(b2, task, parts);
  state_->run(parts, [&](double done) { progress("msm", 0.3 + 0.7 * done); });
  writePoint<1>(wordsAt(out), a.result());
  writePoint<1>(wordsAt(out + 64), b1.result());
  writePoint<2>(wordsAt(out + 128), b2.result());
  writePoint<1>(wordsAt(out + 256), c.result());
  writePoint<1>(wordsAt(out + 320), h.result());
  const double end = now();
  phases.sort = abc - start;
  phases.abc = fft - abc;
  phases.fft = sorted - fft;
  phases.msm = end - sorted;
  return phases;
}

void Engine::msm(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out,
                 const Task& task, const Progress& progress) {
  if (degree == 1) state_->msm<1>(points, scalars, count, out, task, progress);
  else state_->msm<2>(points, scalars, count, out, task, progress);
}

void Engine::multiplyBase(int degree, const uint8_t* base, const uint8_t* scalars, size_t count, uint8_t* out,
                          const Task& task, const Progress& progress) {
  auto done = [&](double share) { progress("multiplyBase", share); };
  auto run = degree == 1 ? opg::multiplyBase<1> : opg::multiplyBase<2>;
  run(wordsAt(base), wordsAt(scalars), count, wordsAt(out), state_->pool, task, done);
}

void Engine::multiplyEach(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out,
                          const Task& task, const Progress& progress) {
  auto done = [&](double share) { progress("multiplyEach", share); };
  auto run = degree == 1 ? opg::multiplyEach<1> : opg::multiplyEach<2>;
  run(wordsAt(points), wordsAt(scalars), count, wordsAt(out), state_->pool, task, done);
}

void Engine::transform(const uint8_t* values, int logSize, bool inverse, uint8_t* out, const Task& task) {
  opg::transform(wordsAt(values), wordsAt(out), logSize, inverse, state_->pool, task);
}

void Engine::transformPoints(int degree, const uint8_t* points, int logSize, bool inverse, uint8_t* out,
                             const Task& task, const Progress& progress) {
  auto done = [&](double share) { progress("fftPoints", share); };
  auto run = degree == 1 ? opg::transformPoints<1> : opg::transformPoints<2>;
  run(wordsAt(points), logSize, inverse, wordsAt(out), state_->pool, task, done);
}

namespace {

template <int D>
void sumFew(const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out) {
  PointOf<D> sum = PointOf<D>::infinity();
  for (size_t i = 0; i < count; i++) {
    Words k;
    std::memcpy(k.w, scalars + 32 * i, 32);
    sum = sum + readPoint<D>(wordsAt(points + i * POINT_WORDS<D> * 8)).times(k);
  }
  writePoint<D>(wordsAt(out), sum);
}

}  // namespace

void Engine::msmFew(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out) {
  if (degree == 1) sumFew<1>(points, scalars, count, out);
  else sumFew<2>(points, scalars, count, out);
}

bool Engine::pairingProductIsOne(const uint8_t* g1, const uint8_t* g2, size_t count) {
  return opg::pairingProductIsOne(wordsAt(g1), wordsAt(g2), count);
}

}  // namespace opg

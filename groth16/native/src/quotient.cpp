#include "quotient.hpp"

#include <algorithm>

namespace opg {

namespace {

/** 1 / n, which the inverse transforms owe, goes into the coefficients of A and B. */
Fr inverseSize(int logN) { return Fr::fromInteger(Words{{u64(1) << logN, 0, 0, 0}}).inverse(); }

}  // namespace

Quotient::Quotient(const uint8_t* entries, size_t count, size_t wires, int logN, Pool& pool)
    : logN_(logN),
      a_(entries, count, 0, size_t(1) << logN, wires, inverseSize(logN)),
      b_(entries, count, 1, size_t(1) << logN, wires, inverseSize(logN)) {
  for (Buffer<u64>& v : values_) v.resize(elementWords(size_t(1) << logN));
  tails_[0].resize(a_.tailGroups() * 40);
  tails_[1].resize(b_.tailGroups() * 40);
  if (logN_ < MIN_FFT_LOG) return;
  const Fr root = rootOfUnity(logN), coset = rootOfUnity(logN + 1);
  down_ = std::make_unique<DownTables>(logN, root.inverse(), pool);
  up_ = std::make_unique<UpTables>(logN, root, coset, pool);
}

void Quotient::multiplyMatrices(const u64* witness, Pool& pool, const Task& task) {
  const size_t groups = ((size_t(1) << logN_) + 7) / 8;
  const size_t tailsA = a_.tailGroups(), tailsB = b_.tailGroups();
  pool.run(tailsA + tailsB, [&](size_t part, int) {
    if (part < tailsA) a_.sumTails(witness, part, &tails_[0][part * 40]);
    else b_.sumTails(witness, part - tailsA, &tails_[1][(part - tailsA) * 40]);
  });
  task.throwIfCancelled();
  pool.forRanges(groups, 16, [&](size_t from, size_t to, int) {
    task.throwIfCancelled();
    a_.multiply(witness, values_[0].data(), from, to);
    b_.multiply(witness, values_[1].data(), from, to);
  });
  a_.addTails(tails_[0].data(), values_[0].data());
  b_.addTails(tails_[1].data(), values_[1].data());
  pool.forRanges(groups, 16, [&](size_t from, size_t to, int) {
    for (size_t w = from * 40; w < to * 40; w += 40) {
      multiply(VecFr::load(&values_[0][w]), VecFr::load(&values_[1][w])).store(&values_[2][w]);
    }
  });
}

void Quotient::evaluate(const u64* witness, u64* out, Pool& pool, const Task& task,
                        const std::function<void(const char*)>& phase) {
  phase("abc");
  multiplyMatrices(witness, pool, task);
  phase("fft");
  if (logN_ < MIN_FFT_LOG) return evaluateSmall(witness, out);
  const Steps steps{logN_};
  for (int pass = 0; pass < steps.passes(); pass++) {
    pool.forRanges(steps.columns(pass), 16, [&](size_t from, size_t to, int) {
      task.throwIfCancelled();
      for (Buffer<u64>& v : values_) steps.downPass(v.data(), *down_, pass, from, to);
    });
  }
  pool.run(3 * steps.blocks(), [&](size_t part, int) {
    task.throwIfCancelled();
    steps.block(values_[part % 3].data(), down_.get(), up_.get(), part / 3);
  });
  for (int pass = 0; pass < steps.passes(); pass++) {
    pool.forRanges(steps.columns(pass), 16, [&](size_t from, size_t to, int) {
      task.throwIfCancelled();
      for (Buffer<u64>& v : values_) steps.upPass(v.data(), *up_, pass, from, to);
    });
  }
  pool.forRanges((size_t(1) << logN_) / 8, 16, [&](size_t from, size_t to, int) { join(out, from, to); });
}

/** A B - n C, because A and B came with a factor 1 / n each; then out of Montgomery form. */
void Quotient::join(u64* out, size_t from, size_t to) const {
  const VecFr n = VecFr::broadcastLimbs(vectorForm(Fr::fromInteger(Words{{u64(1) << logN_, 0, 0, 0}})));
  for (size_t g = from; g < to; g++) {
    Columns product, taken;
    clear(product);
    multiplyAdd(product, VecFr::load(&values_[0][g * 40]), VecFr::load(&values_[1][g * 40]));
    clear(taken);
    multiplyAdd(taken, VecFr::load(&values_[2][g * 40]), n);
    VecFr difference = reduce<FrModulus, true, 1>(subtractColumns(product, taken));
    clear(product);
    for (int i = 0; i < 5; i++) product.t[i] = difference.l[i];
    storeElements(out + 32 * g, canonical(reduce<FrModulus>(product)));
  }
}

/** Domains of less than a group: polynomials in coefficient form by the definition. */
void Quotient::evaluateSmall(const u64*, u64* out) const {
  const size_t n = size_t(1) << logN_;
  const Fr root = rootOfUnity(logN_), back = root.inverse(), coset = rootOfUnity(logN_ + 1);
  constexpr Words down = powerOfTwo(252, FrModulus::value);
  auto evaluateAt = [](const std::vector<Fr>& coefficients, const Fr& x) {
    Fr r = Fr::zero();
    for (size_t i = coefficients.size(); i-- > 0;) r = r * x + coefficients[i];
    return r;
  };
  std::vector<Fr> polynomials[3];
  for (int which = 0; which < 3; which++) {
    std::vector<Fr> rows(n);
    for (size_t i = 0; i < n; i++) {
      Words w = toWords(elementAt(values_[which].data(), i));
      while (geq(w, FrModulus::value)) w = subtract(w, FrModulus::value);
      rows[i] = Fr{w} * Fr{down};
    }
    Fr x = Fr::one();
    for (size_t i = 0; i < n; i++, x = x * back) polynomials[which].push_back(evaluateAt(rows, x));
  }
  const Fr size = Fr::fromInteger(Words{{n, 0, 0, 0}});
  Fr x = coset;
  for (size_t i = 0; i < n; i++, x = x * root) {
    Fr d = evaluateAt(polynomials[0], x) * evaluateAt(polynomials[1], x) - evaluateAt(polynomials[2], x) * size;
    Words w = d.toInteger();
    std::memcpy(out + 4 * i, w.w, 32);
  }
}

size_t Quotient::bytes() const {
  size_t total = a_.bytes() + b_.bytes() + (down_ ? down_->bytes() + up_->bytes() : 0);
  for (const Buffer<u64>& v : values_) total += v.bytes();
  return total;
}

}  // namespace opg

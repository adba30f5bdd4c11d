#include "sparse.hpp"

#include <algorithm>
#include <stdexcept>

namespace opg {

namespace {

constexpr size_t ENTRY_BYTES = 44;

uint32_t wordAt(const uint8_t* p) {
  uint32_t w;
  std::memcpy(&w, p, 4);
  return w;
}

}  // namespace

SparseMatrix::SparseMatrix(const uint8_t* entries, size_t count, uint32_t matrix, size_t rows, size_t wires,
                           const Fr& scale) {
  // Entry numbers by row, in two passes.
  std::vector<uint32_t> rowStart(rows + 1, 0);
  for (size_t i = 0; i < count; i++) {
    const uint8_t* e = entries + i * ENTRY_BYTES;
    if (wordAt(e) != matrix) continue;
    if (wordAt(e + 4) >= rows || wordAt(e + 8) >= wires) {
      throw std::invalid_argument("a coefficient is outside its matrix");
    }
    rowStart[wordAt(e + 4) + 1]++;
  }
  for (size_t r = 0; r < rows; r++) rowStart[r + 1] += rowStart[r];
  Buffer<uint32_t> order(rowStart[rows]);
  {
    std::vector<uint32_t> next(rowStart.begin(), rowStart.end() - 1);
    for (size_t i = 0; i < count; i++) {
      const uint8_t* e = entries + i * ENTRY_BYTES;
      if (wordAt(e) == matrix) order[next[wordAt(e + 4)]++] = uint32_t(i);
    }
  }

  struct Tail {
    uint32_t row, first, length;
  };
  std::vector<Tail> tails;
  size_t steps = 0;
  const size_t groups = (rows + 7) / 8;
  groupStart_.resize(groups + 1);
  for (size_t g = 0; g < groups; g++) {
    groupStart_[g] = uint32_t(steps);
    size_t longest = 0;
    for (size_t r = 8 * g; r < std::min(rows, 8 * g + 8); r++) {
      size_t length = rowStart[r + 1] - rowStart[r];
      longest = std::max(longest, std::min(length, STEPS));
      for (size_t from = STEPS; from < length; from += TAIL) {
        tails.push_back({uint32_t(r), uint32_t(rowStart[r] + from), uint32_t(std::min(TAIL, length - from))});
      }
    }
    steps += longest;
  }
  groupStart_[groups] = uint32_t(steps);
  // Tails of like length go together, longest first.
  std::stable_sort(tails.begin(), tails.end(), [](const Tail& a, const Tail& b) { return a.length > b.length; });
  for (size_t t = 0; t < tails.size(); t += 8) {
    tailStart_.push_back(uint32_t(steps));
    steps += tails[t].length;
  }
  tailStart_.push_back(uint32_t(steps));
  for (const Tail& t : tails) tailRow_.push_back(t.row);

  if (steps > UINT32_MAX) throw std::bad_alloc();
  wires_.resize(steps * 8);
  coefficients_.resize(steps * 40);
  wires_.clear();
  // Files hold c 2^512; with 2^268 scale the vector product leaves c 2^520 scale.
  constexpr Words shift = powerOfTwo(268, FrModulus::value);
  const VecFr factor = VecFr::broadcastLimbs(toLimbs((scale * Fr{shift}).v));
  constexpr u64 zeros[4] = {0, 0, 0, 0};
  auto fill = [&](size_t first, size_t length, const uint32_t* starts, const uint32_t* lengths) {
    for (size_t s = 0; s < length; s++) {
      u64 words[8][4];
      const u64* from[8];
      for (size_t i = 0; i < 8; i++) {
        from[i] = zeros;
        if (s >= lengths[i]) continue;
        const uint8_t* e = entries + size_t(order[starts[i] + s]) * ENTRY_BYTES;
        wires_[(first + s) * 8 + i] = wordAt(e + 8);
        std::memcpy(words[i], e + 12, 32);
        from[i] = words[i];
      }
      canonical(opg::multiply(gatherElements<FrModulus>(from), factor)).store(&coefficients_[(first + s) * 40]);
    }
  };
  for (size_t g = 0; g < groups; g++) {
    uint32_t starts[8] = {}, lengths[8] = {};
    for (size_t i = 0; i < 8 && 8 * g + i < rows; i++) {
      starts[i] = rowStart[8 * g + i];
      lengths[i] = uint32_t(std::min<size_t>(STEPS, rowStart[8 * g + i + 1] - starts[i]));
    }
    fill(groupStart_[g], groupStart_[g + 1] - groupStart_[g], starts, lengths);
  }
  for (size_t t = 0; t < tails.size(); t += 8) {
    uint32_t starts[8] = {}, lengths[8] = {};
    for (size_t i = 0; i < 8 && t + i < tails.size(); i++) {
      starts[i] = tails[t + i].first;
      lengths[i] = tails[t + i].length;
    }
    fill(tailStart_[t / 8], tails[t].length, starts, lengths);
  }
}

VecFr SparseMatrix::sumSteps(const u64* witness, size_t first, size_t last) const {
  Columns sum;
  clear(sum);
  for (size_t s = first; s < last; s++) {
    const u64* from[8];
    for (size_t i = 0; i < 8; i++) from[i] = witness + 4 * size_t(wires_[s * 8 + i]);
    multiplyAdd(sum, gatherElements<FrModulus>(from), VecFr::load(&coefficients_[s * 40]));
  }
  // 256 products of values below 6p and p stay below 2^260 * 2^260.
  return reduce<FrModulus>(sum);
}

void SparseMatrix::multiply(const u64* witness, u64* out, size_t from, size_t to) const {
  for (size_t g = from; g < to; g++) {
    sumSteps(witness, groupStart_[g], groupStart_[g + 1]).store(out + g * 40);
  }
}

void SparseMatrix::sumTails(const u64* witness, size_t t, u64* sums) const {
  sumSteps(witness, tailStart_[t], tailStart_[t + 1]).store(sums);
}

void SparseMatrix::addTails(const u64* sums, u64* out) const {
  for (size_t t = 0; t < tailRow_.size(); t++) {
    // One lane: the tail alone in a zero vector, added to the row's vector.
    const size_t row = tailRow_[t];
    const Limbs tail = elementAt(sums, t);
    alignas(64) u64 lane[40] = {};
    for (size_t l = 0; l < 5; l++) lane[8 * l + row % 8] = tail.l[l];
    u64* at = out + row / 8 * 40;
    weakReduce(add(VecFr::load(at), VecFr::load(lane))).store(at);
  }
}

size_t SparseMatrix::bytes() const {
  return coefficients_.bytes() + wires_.bytes() +
         (groupStart_.size() + tailStart_.size() + tailRow_.size()) * sizeof(uint32_t);
}

}  // namespace opg

#include "fft.hpp"

#include <algorithm>

namespace opg {

namespace {

Fr power(const Fr& base, u64 exponent) { return base.power(Words{{exponent, 0, 0, 0}}); }

OPG_INLINE VecFr broadcastFrom(const u64* limbs) {
  VecFr r;
  for (int i = 0; i < 5; i++) r.l[i] = broadcast(limbs[i]);
  return r;
}

/** (a, b) := (a + t, a - t + 3p). */
OPG_INLINE void butterfly(VecFr& a, VecFr& b, const VecFr& t) {
  VecFr sum = add(a, t);
  b = subtract<3>(a, t);
  a = sum;
}

OPG_INLINE void transposeGroup(VecFr x[8]) {
  for (int limb = 0; limb < 5; limb++) {
    Vec rows[8];
    for (int i = 0; i < 8; i++) rows[i] = x[i].l[limb];
    transpose8(rows);
    for (int i = 0; i < 8; i++) x[i].l[limb] = rows[i];
  }
}

/** Halves 4, 2, 1 on transposed vectors: x[l] holds elements l of eight consecutive octets. */
OPG_INLINE void downGroup(VecFr x[8], const u64* twiddles) {
  for (int half = 4, first = 0; half >= 1; first += 4 / half, half /= 2) {
    for (int i = 0; i < 8; i++) {
      if (i & half) continue;
      VecFr t = multiply(x[i + half], VecFr::load(twiddles + 40 * (first + i / (2 * half))));
      butterfly(x[i], x[i + half], t);
    }
  }
}

OPG_INLINE void upGroup(VecFr x[8], const Limbs small[7]) {
  for (int half = 1; half <= 4; half *= 2) {
    for (int i = 0; i < 8; i++) {
      if (i & half) continue;
      VecFr t = multiply(x[i + half], VecFr::broadcastLimbs(small[half - 1 + (i & (half - 1))]));
      butterfly(x[i], x[i + half], t);
    }
  }
}

/** `Levels` levels down for one column of block k: 2^Levels vectors, `stride` words apart. */
template <int Levels>
OPG_INLINE void downColumn(u64* values, size_t stride, const DownTables& down, size_t k) {
  constexpr int COUNT = 1 << Levels;
  VecFr x[COUNT];
  for (int i = 0; i < COUNT; i++) x[i] = VecFr::load(values + size_t(i) * stride);
  for (int level = 0; level < Levels; level++) {
    const int half = COUNT >> (level + 1);
    for (int i = 0; i < COUNT; i++) {
      if (i & half) continue;
      size_t index = (k << level) + size_t(i / (2 * half));
      // T[0] = 1.
      VecFr t = index == 0 ? weakReduce(x[i + half]) : multiply(x[i + half], broadcastFrom(down.block(index)));
      butterfly(x[i], x[i + half], t);
    }
  }
  for (int i = 0; i < COUNT; i++) x[i].store(values + size_t(i) * stride);
}

/** `Levels` levels up for one column: 2^Levels vectors, `stride` words (h elements) apart, j vectors into the block. */
template <int Levels>
OPG_INLINE void upColumn(u64* values, size_t stride, const UpTables& up, size_t h, size_t j) {
  constexpr int COUNT = 1 << Levels;
  VecFr x[COUNT];
  for (int i = 0; i < COUNT; i++) x[i] = VecFr::load(values + size_t(i) * stride);
  for (int level = 0; level < Levels; level++) {
    const int half = 1 << level;
    const u64* twiddles = up.level(h << level) + j * 40;
    for (int i = 0; i < COUNT; i++) {
      if (i & half) continue;
      VecFr t = multiply(x[i + half], VecFr::load(twiddles + size_t(i & (half - 1)) * stride));
      butterfly(x[i], x[i + half], t);
    }
  }
  for (int i = 0; i < COUNT; i++) x[i].store(values + size_t(i) * stride);
}

/** Columns [from, to) of `Levels` levels, the first of which has blocks of 2^sizeLog elements. */
template <int Levels>
void downColumns(u64* values, const DownTables& down, int sizeLog, size_t firstBlock, size_t from, size_t to) {
  const size_t perBlock = (size_t(1) << (sizeLog - Levels)) / 8, stride = perBlock * 40;
  for (size_t c = from; c < to; c++) {
    size_t k = c / perBlock, j = c % perBlock;
    downColumn<Levels>(values + (k << Levels) * stride + j * 40, stride, down, firstBlock + k);
  }
}

/** Columns [from, to) of `Levels` levels, the first of which has halves of 2^halfLog elements. */
template <int Levels>
void upColumns(u64* values, const UpTables& up, int halfLog, size_t from, size_t to) {
  const size_t h = size_t(1) << halfLog, perBlock = h / 8, stride = perBlock * 40;
  for (size_t c = from; c < to; c++) {
    size_t k = c / perBlock, j = c % perBlock;
    upColumn<Levels>(values + (k << Levels) * stride + j * 40, stride, up, h, j);
  }
}

void downLevels(u64* values, const DownTables& down, int levels, int sizeLog, size_t firstBlock, size_t from,
                size_t to) {
  if (levels == 3) downColumns<3>(values, down, sizeLog, firstBlock, from, to);
  if (levels == 2) downColumns<2>(values, down, sizeLog, firstBlock, from, to);
  if (levels == 1) downColumns<1>(values, down, sizeLog, firstBlock, from, to);
}

void upLevels(u64* values, const UpTables& up, int levels, int halfLog, size_t from, size_t to) {
  if (levels == 3) upColumns<3>(values, up, halfLog, from, to);
  if (levels == 2) upColumns<2>(values, up, halfLog, from, to);
  if (levels == 1) upColumns<1>(values, up, halfLog, from, to);
}

/** dst[i] := src[i] * factor, `count` elements (multiples of eight), canonical. */
void scaleArray(const u64* src, u64* dst, size_t count, const Limbs& factor) {
  VecFr f = VecFr::broadcastLimbs(factor);
  for (size_t w = 0; w < count / 8 * 40; w += 40) canonical(multiply(VecFr::load(src + w), f)).store(dst + w);
}

void setElement(u64* array, size_t i, const Limbs& a) {
  for (size_t j = 0; j < 5; j++) array[(i >> 3) * 40 + j * 8 + (i & 7)] = a.l[j];
}

}  // namespace

Fr rootOfUnity(int logN) {
  constexpr Words odd{{0x9b9709143e1f593fu, 0x181585d2833e8487u, 0x131a029b85045b68u, 0x000000030644e72eu}};
  Fr root = Fr::fromInteger(Words{{5, 0, 0, 0}}).power(odd);
  for (int i = 28; i > logN; i--) root = root.square();
  return root;
}

Limbs vectorForm(const Fr& a) {
  constexpr Words up = powerOfTwo(260, FrModulus::value);
  return toLimbs((a * Fr{up}).v);
}

DownTables::DownTables(int logN, const Fr& root, Pool& pool) {
  const size_t n = size_t(1) << logN, groups = n / 64;
  // In units of whole groups everything is S[k] = T[k] for k < n/8 times constants: with k = 8g + v,
  // T[2k + s] = T[2k] T[s] and so on, because the mirrored bits of 2k and s do not overlap.
  std::vector<Fr> mirrored(static_cast<size_t>(logN));  // T[2^i]
  for (int i = 0; i < logN; i++) mirrored[size_t(i)] = power(root, n >> (i + 2));
  auto tableFor = [&](int shift, Buffer<u64>& table) {
    // T[k << shift] for k < n/8, by doubling.
    table.resize(elementWords(n / 8));
    for (size_t k = 0; k < 8; k++) {
      Fr t = Fr::one();
      for (int bit = 0; bit < 3; bit++) {
        if ((k >> bit) & 1) t = t * mirrored[size_t(bit + shift)];
      }
      setElement(table.data(), k, vectorForm(t));
    }
    for (int bit = 3; (size_t(1) << bit) < n / 8; bit++) {
      size_t size = size_t(1) << bit;
      scaleArray(table.data(), table.data() + elementWords(size), size, vectorForm(mirrored[size_t(bit + shift)]));
    }
  };
  Buffer<u64> tables[3];
  pool.run(3, [&](size_t i, int) { tableFor(int(i), tables[i]); });
  block_.resize(std::max<size_t>(1, n / 16) * 5);
  for (size_t k = 0; k < n / 16; k++) {
    Limbs t = elementAt(tables[0].data(), k);
    for (size_t i = 0; i < 5; i++) block_[5 * k + i] = t.l[i];
  }
  group_.resize(groups * 280);
  pool.forRanges(groups, 1, [&](size_t from, size_t to, int) {
    for (size_t g = from; g < to; g++) {
      u64* out = &group_[g * 280];
      for (int shift = 0, slot = 0; shift < 3; shift++) {
        for (int s = 0; s < 1 << shift; s++, slot++) {
          Fr constant = Fr::one();
          for (int bit = 0; bit < shift; bit++) {
            if ((s >> bit) & 1) constant = constant * mirrored[size_t(bit)];
          }
          scaleArray(&tables[shift][g * 40], out + 40 * slot, 8, vectorForm(constant));
        }
      }
    }
  });
}

UpTables::UpTables(int logN, const Fr& root, const Fr& coset, Pool& pool) {
  const size_t n = size_t(1) << logN;
  levels_.resize(elementWords(n));
  for (int halfLog = 0; halfLog < 3; halfLog++) {
    u64 exponent = n >> (halfLog + 1);
    Fr step = power(root, exponent), value = power(coset, exponent);
    for (int j = 0; j < 1 << halfLog; j++, value = value * step) small_[(1 << halfLog) - 1 + j] = vectorForm(value);
  }
  pool.run(size_t(std::max(0, logN - 3)), [&](size_t part, int) {
    // Largest level first: it is half of the work.
    const int halfLog = logN - 1 - int(part);
    u64 exponent = n >> (halfLog + 1);
    u64* level = &levels_[elementWords(size_t(1) << halfLog)];
    Fr step = power(root, exponent), value = power(coset, exponent);
    for (size_t j = 0; j < 8; j++, value = value * step) setElement(level, j, vectorForm(value));
    for (int bit = 3; bit < halfLog; bit++) {
      size_t size = size_t(1) << bit;
      scaleArray(level, level + elementWords(size), size, vectorForm(power(step, size)));
    }
  });
}

int Steps::passLevels(int pass) const {
  int levels = logN - blockLog();
  return std::min(3, levels - 3 * pass);
}

void Steps::downPass(u64* values, const DownTables& down, int pass, size_t from, size_t to) const {
  downLevels(values, down, passLevels(pass), logN - 3 * pass, 0, from, to);
}

void Steps::upPass(u64* values, const UpTables& up, int pass, size_t from, size_t to) const {
  upLevels(values, up, passLevels(pass), blockLog() + 3 * pass, from, to);
}

void Steps::block(u64* values, const DownTables* down, const UpTables* up, size_t block) const {
  const int size = blockLog();
  const size_t groups = (size_t(1) << size) / 64, vectors = groups * 8;
  u64* base = values + block * vectors * 40;
  if (down != nullptr) {
    for (int done = 0; done < size - 3;) {
      int levels = std::min(3, size - 3 - done);
      downLevels(base, *down, levels, size - done, block << done, 0, vectors >> levels);
      done += levels;
    }
  }
  for (size_t g = 0; g < groups; g++) {
    VecFr x[8];
    for (int i = 0; i < 8; i++) x[i] = VecFr::load(base + (g * 8 + size_t(i)) * 40);
    transposeGroup(x);
    if (down != nullptr) {
      downGroup(x, down->group(block * groups + g));
      for (int i = 0; i < 8; i++) x[i] = weakReduce(x[i]);
    }
    if (up != nullptr) upGroup(x, up->small());
    transposeGroup(x);
    for (int i = 0; i < 8; i++) x[i].store(base + (g * 8 + size_t(i)) * 40);
  }
  if (up != nullptr) {
    for (int halfLog = 3; halfLog < size;) {
      int levels = std::min(3, size - halfLog);
      upLevels(base, *up, levels, halfLog, 0, vectors >> levels);
      halfLog += levels;
    }
  }
}


namespace {

size_t mirror(size_t i, int bits) {
  size_t r = 0;
  for (int b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
  return r;
}

/** The definition itself, for sizes below a group. */
void smallTransform(const u64* in, u64* out, int logN, const Fr& root, const Fr& scale) {
  const size_t n = size_t(1) << logN;
  std::vector<Fr> values(n);
  for (size_t i = 0; i < n; i++) {
    Words w;
    std::memcpy(w.w, in + 4 * i, 32);
    values[i] = Fr::fromInteger(w);
  }
  for (size_t i = 0; i < n; i++) {
    Fr step = power(root, i), sum = Fr::zero(), x = scale;
    for (size_t j = 0; j < n; j++, x = x * step) sum = sum + values[j] * x;
    Words w = sum.toInteger();
    std::memcpy(out + 4 * i, w.w, 32);
  }
}

}  // namespace

void transform(const u64* in, u64* out, int logN, bool inverse, Pool& pool, const Task& task) {
  const size_t n = size_t(1) << logN;
  Fr root = rootOfUnity(logN), scale = Fr::one();
  if (inverse) {
    root = root.inverse();
    scale = Fr::fromInteger(Words{{n, 0, 0, 0}}).inverse();
  }
  if (logN < MIN_FFT_LOG) return smallTransform(in, out, logN, root, scale);
  UpTables up(logN, root, Fr::one(), pool);
  Buffer<u64> values(elementWords(n));
  const Steps steps{logN};
  constexpr Limbs enter = toLimbs(powerOfTwo(520, FrModulus::value));
  pool.run(steps.blocks(), [&](size_t block, int) {
    task.throwIfCancelled();
    const size_t vectors = (size_t(1) << steps.blockLog()) / 8;
    for (size_t v = block * vectors; v < (block + 1) * vectors; v++) {
      const u64* from[8];
      for (size_t i = 0; i < 8; i++) from[i] = in + 4 * mirror(8 * v + i, logN);
      multiply(gatherElements<FrModulus>(from), VecFr::broadcastLimbs(enter)).store(&values[v * 40]);
    }
    steps.block(values.data(), nullptr, &up, block);
  });
  for (int pass = 0; pass < steps.passes(); pass++) {
    task.throwIfCancelled();
    pool.forRanges(steps.columns(pass), 1,
                   [&](size_t from, size_t to, int) { steps.upPass(values.data(), up, pass, from, to); });
  }
  // A product with a plain integer takes the factor 2^260 away.
  const Limbs leave = toLimbs(scale.toInteger());
  pool.forRanges(n / 8, 1, [&](size_t from, size_t to, int) {
    for (size_t v = from; v < to; v++) {
      storeElements(out + 32 * v, canonical(multiply(VecFr::load(&values[v * 40]), VecFr::broadcastLimbs(leave))));
    }
  });
}

}  // namespace opg

// Between the encodings of files and the engine's own.
#pragma once
#include "batch_add.h"

static inline void splatPointers(const Elem *e, const Elem *in[LANES]) {
  for (int i = 0; i < LANES; i++) in[i] = e;
}

// Loads n little-endian 32-byte values and multiplies them by `factor` (Montgomery product).
template <class M> static void unpackScaled(const u64 *in, Elem *out, u32 n, const U256 &factor) {
  typedef Field<M> F;
  typename F::V f = F::splat(toElem(factor));
  for (u32 i = 0; i < n; i += LANES) {
    Elem e[LANES];
    const Elem *from[LANES];
    Elem *to[LANES];
    for (int k = 0; k < LANES; k++) {
      u32 at = i + k < n ? i + k : n - 1;
      e[k] = F::unpack(in + 4 * at);
      from[k] = &e[k], to[k] = &out[at];
    }
    F::scatter(F::red(F::mul(F::gather(from), f)), to);
  }
}

// The reverse: multiplies by `factor`, reduces to [0, p), stores 32 little-endian bytes.
template <class M> static void packScaled(const Elem *in, u64 *out, u32 n, const U256 &factor) {
  typedef Field<M> F;
  typename F::V f = F::splat(toElem(factor));
  for (u32 i = 0; i < n; i += LANES) {
    Elem e[LANES];
    const Elem *from[LANES];
    Elem *to[LANES];
    for (int k = 0; k < LANES; k++) {
      u32 at = i + k < n ? i + k : n - 1;
      from[k] = &in[at], to[k] = &e[k];
    }
    F::scatter(F::red(F::mul(F::gather(from), f)), to);
    for (int k = 0; k < LANES; k++) F::pack(e[k], out + 4 * (i + k < n ? i + k : n - 1));
  }
}

// file Montgomery form (2^256) <-> ours (2^MONTGOMERY_BITS): mont(x 2^256, k) = x 2^M for k = 2^(2M - 256)
static constexpr U256 FROM_FILE_Q = powerOfTwo(2 * MONTGOMERY_BITS - 256, ModQ::p);
static constexpr U256 TO_FILE_Q = powerOfTwo(256, ModQ::p);
static constexpr U256 FROM_STANDARD_R = powerOfTwo(2 * MONTGOMERY_BITS, ModR::p);
static constexpr U256 TO_STANDARD_R{{1, 0, 0, 0}};

template <class F> static inline bool isZeroBytes(const u64 *w) {
  u64 any = 0;
  for (u32 i = 0; i < sizeof(Affine<F>) / sizeof(Elem) * 4; i++) any |= w[i];
  return any == 0;
}

template <class F> static void pointsFromFile(const u64 *in, Affine<F> *out, u32 n) {
  constexpr u32 coordinates = sizeof(Affine<F>) / sizeof(Elem);
  unpackScaled<ModQ>(in, (Elem *)out, n * coordinates, FROM_FILE_Q);
  for (u32 i = 0; i < n; i++) {
    if (isZeroBytes<F>(in + (u64)i * coordinates * 4)) setInfinity(out[i]);
  }
}

template <class F> static void pointsToFile(const Affine<F> *in, u64 *out, u32 n) {
  constexpr u32 coordinates = sizeof(Affine<F>) / sizeof(Elem);
  for (u32 i = 0; i < n; i++) {
    u64 *to = out + (u64)i * coordinates * 4;
    if (isInfinity(in[i])) {
      for (u32 k = 0; k < coordinates * 4; k++) to[k] = 0;
    } else {
      packScaled<ModQ>((const Elem *)&in[i], to, coordinates, TO_FILE_Q);
    }
  }
}

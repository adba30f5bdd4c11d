// Many independent affine additions with one field inversion (Montgomery's trick): six multiplications each.
#pragma once
#include "fp2.h"

template <class F> struct Affine {
  typename F::Elem x, y;
};

static inline Limb *mark(Elem &e) { return &e.l[0]; }
static inline Limb *mark(Elem2 &e) { return &e.c0.l[0]; }
static inline const Limb *mark(const Elem &e) { return &e.l[0]; }
static inline const Limb *mark(const Elem2 &e) { return &e.c0.l[0]; }

// Infinity is a first limb that no field element has; the other limbs are then meaningless.
template <class F> static inline bool isInfinity(const Affine<F> &p) { return *mark(p.x) == INFINITY_LIMB; }
template <class F> static inline void setInfinity(Affine<F> &p) { *mark(p.x) = INFINITY_LIMB; }

// out = p + q, or p - q. `out` may be `p`, and may be another job's input only if that job comes later in
// processing order: callers use separate buffers instead.
template <class F> struct Job {
  const Affine<F> *p;
  const Affine<F> *q;
  Affine<F> *out;
  u32 negate;
};

static constexpr u32 BATCH = 2048;

template <class F> struct BatchScratch {
  typename F::V difference[BATCH / LANES + 1];
  typename F::V prefix[BATCH / LANES + 1];
  u8 special[BATCH + LANES];
  Job<F> jobs[BATCH + LANES];
  u32 count;
  Affine<F> dummy[3];

  void init() {
    count = 0;
    // two "points" with different x: they pad the last lanes
    dummy[0] = {};
    dummy[1] = {F::ONE, F::ONE};
  }
};

template <class F> static void copyPoint(Affine<F> &out, const Affine<F> &p, u32 negate) {
  if (!negate || isInfinity(p)) {
    out = p;
    return;
  }
  typename F::Elem y = p.y;
  const typename F::Elem *in[LANES];
  typename F::Elem *to[LANES];
  for (int i = 0; i < LANES; i++) in[i] = &y, to[i] = &y;
  F::scatter(F::neg(F::gather(in)), to);
  out = {p.x, y};
}

enum { ORDINARY = 0, DOUBLE = 1, OPPOSITE = 2 };

// Finds the jobs whose x coordinates agree, and replaces their differences by what a doubling divides by.
template <class F>
static __attribute__((noinline)) typename F::V markSpecial(BatchScratch<F> &s, u32 groups) {
  typedef typename F::V V;
  V one = F::splat(F::ONE), product = one;
  for (u32 k = 0; k < groups; k++) {
    const typename F::Elem *y1[LANES], *y2[LANES];
    u32 flip = 0;
    for (int i = 0; i < LANES; i++) {
      const Job<F> &job = s.jobs[k * LANES + i];
      y1[i] = &job.p->y, y2[i] = &job.q->y;
      flip |= job.negate << i;
    }
    u32 same = F::zeroMask(s.difference[k]);
    V a = F::gather(y1), twice = F::red(F::add(a, a));
    u32 equal = same & F::zeroMask(F::sub(F::negIf(F::gather(y2), flip), a)) & ~F::zeroMask(twice);
    V d = F::select(F::select(s.difference[k], one, same), twice, equal);
    for (int i = 0; i < LANES; i++) {
      s.special[k * LANES + i] = equal >> i & 1 ? DOUBLE : same >> i & 1 ? OPPOSITE : ORDINARY;
    }
    s.difference[k] = d;
    s.prefix[k] = product;
    product = F::mul(product, d);
  }
  return product;
}

template <class F, bool SPECIAL>
static __attribute__((noinline)) void finishBatch(BatchScratch<F> &s, u32 groups, typename F::V inverseProduct) {
  typedef typename F::V V;
  V running = inverseProduct;
  for (u32 k = groups; k-- > 0;) {
    const typename F::Elem *x1p[LANES], *y1p[LANES], *x2p[LANES], *y2p[LANES];
    typename F::Elem *xo[LANES], *yo[LANES];
    u32 flip = 0;
    for (int i = 0; i < LANES; i++) {
      const Job<F> &job = s.jobs[k * LANES + i];
      x1p[i] = &job.p->x, y1p[i] = &job.p->y, x2p[i] = &job.q->x, y2p[i] = &job.q->y;
      xo[i] = &job.out->x, yo[i] = &job.out->y;
      flip |= job.negate << i;
    }
    V inv = F::tame(F::mul(running, s.prefix[k]));
    running = F::mul(running, s.difference[k]);
    V x1 = F::gather(x1p), y1 = F::gather(y1p), x2 = F::gather(x2p);
    V numerator = F::sub(F::negIf(F::gather(y2p), flip), y1);
    if (SPECIAL) {
      u32 doubles = 0;
      for (int i = 0; i < LANES; i++) doubles |= (u32)(s.special[k * LANES + i] == DOUBLE) << i;
      V xx = F::sqr(x1);
      numerator = F::select(F::red(numerator), F::red(F::add(F::add(xx, xx), xx)), doubles);
    }
    V slope = F::mul(numerator, inv);
    V x3 = F::red(F::sub(F::sub(F::sqr(slope), x1), x2));
    V y3 = F::red(F::sub(F::mul(slope, F::sub(x1, x3)), y1));
    F::scatter(x3, xo);
    F::scatter(y3, yo);
    if (SPECIAL) {
      for (int i = 0; i < LANES; i++) {
        if (s.special[k * LANES + i] == OPPOSITE) setInfinity(*s.jobs[k * LANES + i].out);
      }
    }
  }
}

// Runs the jobs collected so far.
template <class F> static void flush(BatchScratch<F> &s) {
  typedef typename F::V V;
  if (s.count == 0) return;
  while (s.count % LANES) s.jobs[s.count++] = {&s.dummy[0], &s.dummy[1], &s.dummy[2], 0};
  u32 groups = s.count / LANES;
  V product = F::splat(F::ONE);
  for (u32 k = 0; k < groups; k++) {
    const typename F::Elem *x1[LANES], *x2[LANES];
    for (int i = 0; i < LANES; i++) x1[i] = &s.jobs[k * LANES + i].p->x, x2[i] = &s.jobs[k * LANES + i].q->x;
    V d = F::sub(F::gather(x2), F::gather(x1));
    s.difference[k] = d;
    s.prefix[k] = product;
    product = F::mul(product, d);
  }
  if (F::zeroMask(product)) {
    finishBatch<F, true>(s, groups, inverse(markSpecial(s, groups)));
  } else {
    finishBatch<F, false>(s, groups, inverse(product));
  }
  s.count = 0;
}

// Queues out = p +- q; the result is there after the next flush (at the latest).
template <class F>
static inline void queueAdd(BatchScratch<F> &s, const Affine<F> *p, const Affine<F> *q, Affine<F> *out, u32 negate) {
  if (isInfinity(*q)) {
    if (out != p) *out = *p;
  } else if (isInfinity(*p)) {
    copyPoint(*out, *q, negate);
  } else {
    s.jobs[s.count++] = {p, q, out, negate};
    if (s.count == BATCH) flush(s);
  }
}

// The quadratic extension Fq[u] / (u^2 + 1), lane by lane, with one Montgomery reduction a coordinate.
#pragma once
#include "inverse.h"

typedef Field<ModQ> Fq;
typedef Field<ModR> Fr;

struct Elem2 {
  Elem c0, c1;
};

struct Fq2 {
  typedef Elem2 Elem;
  struct V {
    Fq::V c0, c1;
  };
  static constexpr Elem ONE{Fq::ONE, {}};

  static inline __attribute__((always_inline)) V mul(const V &a, const V &b) {
    Fq::Columns t;
    Fq::begin<2>(t);
    Fq::accumulate(t, a.c0, b.c0);
    Fq::accumulate(t, Fq::neg(a.c1), b.c1);
    V r;
    r.c0 = Fq::finish(t);
    Fq::begin<2>(t);
    Fq::accumulate(t, a.c0, b.c1);
    Fq::accumulate(t, a.c1, b.c0);
    r.c1 = Fq::finish(t);
    return r;
  }
  static inline V sqr(const V &a) { return mul(a, a); }
  static inline V add(const V &a, const V &b) { return {Fq::add(a.c0, b.c0), Fq::add(a.c1, b.c1)}; }
  static inline V sub(const V &a, const V &b) { return {Fq::sub(a.c0, b.c0), Fq::sub(a.c1, b.c1)}; }
  static inline V neg(const V &a) { return {Fq::neg(a.c0), Fq::neg(a.c1)}; }
  static inline V red(const V &a) { return {Fq::red(a.c0), Fq::red(a.c1)}; }
  // a product of two products may reach 4p, too much for the square of what follows
  static inline V tame(const V &a) { return red(a); }
  static inline u32 zeroMask(const V &a) { return Fq::zeroMask(a.c0) & Fq::zeroMask(a.c1); }
  static inline V splat(const Elem &e) { return {Fq::splat(e.c0), Fq::splat(e.c1)}; }
  static inline V negIf(const V &a, u32 mask) { return {Fq::negIf(a.c0, mask), Fq::negIf(a.c1, mask)}; }
  static inline V select(const V &a, const V &b, u32 m) {
    return {Fq::select(a.c0, b.c0, m), Fq::select(a.c1, b.c1, m)};
  }
  static inline V gather(const Elem *const p[LANES]) {
    const ::Elem *a[LANES], *b[LANES];
    for (int i = 0; i < LANES; i++) a[i] = &p[i]->c0, b[i] = &p[i]->c1;
    return {Fq::gather(a), Fq::gather(b)};
  }
  static inline void scatter(const V &v, Elem *const p[LANES]) {
    ::Elem *a[LANES], *b[LANES];
    for (int i = 0; i < LANES; i++) a[i] = &p[i]->c0, b[i] = &p[i]->c1;
    Fq::scatter(v.c0, a);
    Fq::scatter(v.c1, b);
  }
};

static inline Fq::V inverse(const Fq::V &a) { return invert<ModQ>(a); }

static inline Fq2::V inverse(const Fq2::V &a) {
  Fq::Columns t;
  Fq::begin<2>(t);
  Fq::accumulate(t, a.c0, a.c0);
  Fq::accumulate(t, a.c1, a.c1);
  Fq::V n = invert<ModQ>(Fq::finish(t));
  return {Fq::mul(a.c0, n), Fq::mul(Fq::neg(a.c1), n)};
}

// The functions that the WebAssembly module exports. Pointers are byte offsets into the shared memory; sizes and
// layouts are documented at the callee. `g` selects the group: 0 for G1, 1 for G2.
#include "fixed_base.h"
#include "pairing.h"
#include "qap.h"

#define EXPORT(name) extern "C" __attribute__((export_name(#name), used))

extern "C" void *memcpy(void *to, const void *from, unsigned long n) {
  for (unsigned long i = 0; i < n; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

// index: 0 limbs' bytes (an element), 1 bytes of a batch scratch of G1, 2 of G2, 3 lanes, 4 of a projective G2 point
EXPORT(layout) u32 layout(u32 index) {
  switch (index) {
    case 0: return sizeof(Elem);
    case 1: return sizeof(BatchScratch<Fq>);
    case 2: return sizeof(BatchScratch<Fq2>);
    case 3: return LANES;
    default: return sizeof(Projective<Fq2>);
  }
}

// Whether multiply-add rounds once. If not, the limb splitting is wrong and this build must not be used.
EXPORT(fused) u32 fused(double tiny) {
#ifdef SCALAR_FIELD
  return tiny != 0;
#else
  d2 a = both(1 + tiny), b = both(1 - tiny);
  return fma2(a, b, both(-1.0))[0] == -tiny * tiny;
#endif
}

EXPORT(points_in) void pointsIn(u32 g, u32 in, u32 out, u32 n) {
  if (g == 0) pointsFromFile<Fq>((const u64 *)in, (Affine<Fq> *)out, n);
  else pointsFromFile<Fq2>((const u64 *)in, (Affine<Fq2> *)out, n);
}

EXPORT(points_out) void pointsOut(u32 g, u32 in, u32 out, u32 n) {
  if (g == 0) pointsToFile<Fq>((const Affine<Fq> *)in, (u64 *)out, n);
  else pointsToFile<Fq2>((const Affine<Fq2> *)in, (u64 *)out, n);
}

EXPORT(recode) void recodeRange(u32 scalars, u32 count, u32 c, u32 windows, u32 digits, u32 kinds, u32 from, u32 to) {
  recode((const u64 *)scalars, count, c, windows, (i16 *)digits, (u8 *)kinds, from, to);
}

// Splits a query's points by the kind of their scalar: those that the first window needs, those that all need.
// counts[0], counts[1] receive the lengths.
EXPORT(classify) void classify(u32 wires, u32 n, u32 kinds, u32 first, u32 all, u32 counts) {
  const u32 *w = (const u32 *)wires;
  const u8 *kind = (const u8 *)kinds;
  u32 *a = (u32 *)first, *b = (u32 *)all, na = 0, nb = 0;
  for (u32 j = 0; j < n; j++) {
    u8 k = kind[w ? w[j] : j];
    if (k) a[na++] = j;
    if (k == 2) b[nb++] = j;
  }
  ((u32 *)counts)[0] = na;
  ((u32 *)counts)[1] = nb;
}

EXPORT(msm_windows) void windows(u32 g, u32 task) {
  if (g == 0) msmWindows<Fq>(*(const WindowTask *)task);
  else msmWindows<Fq2>(*(const WindowTask *)task);
}

EXPORT(combine_windows) void combine(u32 g, u32 sums, u32 windows, u32 c, u32 out) {
  if (g == 0) combineWindows((const Affine<Fq> *)sums, windows, c, (Affine<Fq> *)out);
  else combineWindows((const Affine<Fq2> *)sums, windows, c, (Affine<Fq2> *)out);
}

EXPORT(small_msm) void small(u32 g, u32 points, u32 scalars, u32 n, u32 table, u32 out) {
  if (g == 0) smallMsm((const Affine<Fq> *)points, (const u64 *)scalars, n, (Projective<Fq> *)table, (Affine<Fq> *)out);
  else smallMsm((const Affine<Fq2> *)points, (const u64 *)scalars, n, (Projective<Fq2> *)table, (Affine<Fq2> *)out);
}

EXPORT(build_table) void table(u32 g, u32 base, u32 c, u32 windows, u32 out, u32 batch) {
  if (g == 0) buildTable((const Affine<Fq> *)base, c, windows, (Affine<Fq> *)out, (BatchScratch<Fq> *)batch);
  else buildTable((const Affine<Fq2> *)base, c, windows, (Affine<Fq2> *)out, (BatchScratch<Fq2> *)batch);
}

EXPORT(multiply_table)
void multiplyByTable(u32 g, u32 table, u32 c, u32 windows, u32 scalars, u32 n, u32 out, u32 batch, u32 digits,
                     u32 kinds) {
  if (g == 0)
    multiplyTable((const Affine<Fq> *)table, c, windows, (const u64 *)scalars, n, (Affine<Fq> *)out,
                  (BatchScratch<Fq> *)batch, (i16 *)digits, (u8 *)kinds);
  else
    multiplyTable((const Affine<Fq2> *)table, c, windows, (const u64 *)scalars, n, (Affine<Fq2> *)out,
                  (BatchScratch<Fq2> *)batch, (i16 *)digits, (u8 *)kinds);
}

EXPORT(multiply_each) void multiplyEachPoint(u32 g, u32 points, u32 scalars, u32 n, u32 out, u32 batch) {
  if (g == 0)
    multiplyEach((const Affine<Fq> *)points, (u64 *)scalars, n, (Affine<Fq> *)out, (BatchScratch<Fq> *)batch);
  else
    multiplyEach((const Affine<Fq2> *)points, (u64 *)scalars, n, (Affine<Fq2> *)out, (BatchScratch<Fq2> *)batch);
}

template <class F>
static void butterflies(const Affine<F> *low, const Affine<F> *high, Affine<F> *sum, Affine<F> *difference, u32 n,
                        BatchScratch<F> *s) {
  s->init();
  for (u32 i = 0; i < n; i++) {
    queueAdd(*s, low + i, high + i, sum + i, 0);
    queueAdd(*s, low + i, high + i, difference + i, 1);
  }
  flush(*s);
}

// sum[i] = low[i] + high[i], difference[i] = low[i] - high[i]; the outputs overlap no input
EXPORT(point_butterflies) void pointButterflies(u32 g, u32 low, u32 high, u32 sum, u32 difference, u32 n, u32 batch) {
  if (g == 0)
    butterflies((const Affine<Fq> *)low, (const Affine<Fq> *)high, (Affine<Fq> *)sum, (Affine<Fq> *)difference, n,
                (BatchScratch<Fq> *)batch);
  else
    butterflies((const Affine<Fq2> *)low, (const Affine<Fq2> *)high, (Affine<Fq2> *)sum, (Affine<Fq2> *)difference, n,
                (BatchScratch<Fq2> *)batch);
}

// See sumSegments.
EXPORT(sum_segments) void segments(u32 g, u32 points, u32 refs, u32 ends, u32 n, u32 ping, u32 pong, u32 out, u32 batch) {
  if (g == 0) {
    ((BatchScratch<Fq> *)batch)->init();
    sumSegments(*(BatchScratch<Fq> *)batch, (const Affine<Fq> *)points, (u32 *)refs, (const u32 *)ends, n,
                (Affine<Fq> *)ping, (Affine<Fq> *)pong, (Affine<Fq> *)out);
  } else {
    ((BatchScratch<Fq2> *)batch)->init();
    sumSegments(*(BatchScratch<Fq2> *)batch, (const Affine<Fq2> *)points, (u32 *)refs, (const u32 *)ends, n,
                (Affine<Fq2> *)ping, (Affine<Fq2> *)pong, (Affine<Fq2> *)out);
  }
}

EXPORT(build_twiddles) void twiddles(u32 table, u32 n, u32 root) { buildTwiddles((FrV *)table, n, (const u64 *)root); }

EXPORT(build_powers) void powers(u32 out, u32 power, u32 first, u32 ratio) {
  buildPowers((FrV *)out, power, (const u64 *)first, (const u64 *)ratio);
}

// Standard-form scalars to Montgomery elements.
EXPORT(scalars_in) void scalarsIn(u32 in, u32 out, u32 n) {
  unpackScaled<ModR>((const u64 *)in, (Elem *)out, n, FROM_STANDARD_R);
}

EXPORT(sparse_rows)
void sparse(u32 rowPtr, u32 entries, u32 constants, u32 witness, u32 out, u32 from, u32 to) {
  sparseRows((const u32 *)rowPtr, (const Entry *)entries, (const Elem *)constants, (const Elem *)witness, (FrV *)out,
             from, to);
}

// c = a * b, by groups of lanes
EXPORT(multiply_rows) void multiplyRows(u32 a, u32 b, u32 c, u32 from, u32 to) {
  for (u32 i = from; i < to; i++) ((FrV *)c)[i] = Fr::mul(((const FrV *)a)[i], ((const FrV *)b)[i]);
}

EXPORT(dif_layer) void difRange(u32 a, u32 table, u32 half, u32 from, u32 to) {
  difLayer((FrV *)a, (const FrV *)table, half, from, to);
}

EXPORT(dit_layer) void ditRange(u32 a, u32 table, u32 half, u32 from, u32 to) {
  ditLayer((FrV *)a, (const FrV *)table, half, from, to);
}

// Inverse transform, multiplication by the coset's powers, transform: the part within one block of n elements.
EXPORT(coset_block) void cosetBlock(u32 a, u32 inverseTable, u32 powers, u32 table, u32 n) {
  FrV *v = (FrV *)a;
  const FrV *p = (const FrV *)powers;
  difBlock(v, (const FrV *)inverseTable, n);
  for (u32 i = 0; i < n / LANES; i++) v[i] = Fr::mul(v[i], p[i]);
  ditBlock(v, (const FrV *)table, n);
}

EXPORT(dif_block) void difWhole(u32 a, u32 table, u32 n) { difBlock((FrV *)a, (const FrV *)table, n); }

// out = a * b - c as standard-form scalars
EXPORT(quotient) void quotient(u32 a, u32 b, u32 c, u32 out, u32 from, u32 to) {
  for (u32 i = from; i < to; i++) {
    Fr::V d = Fr::sub(Fr::mul(((const FrV *)a)[i], ((const FrV *)b)[i]), ((const FrV *)c)[i]);
    storeScalars(Fr::red(d), (u64 *)out + 4ull * i * LANES);
  }
}

// Lane layout in and out of standard-form scalars, the latter undoing the bit-reversed order and scaling.
EXPORT(rows_in) void rowsIn(u32 in, u32 out, u32 n) {
  for (u32 i = 0; i < n; i++) {
    Elem e;
    unpackScaled<ModR>((const u64 *)in + 4ull * i, &e, 1, FROM_STANDARD_R);
    putLane((FrV *)out, i, e);
  }
}

EXPORT(rows_out) void rowsOut(u32 in, u32 out, u32 power, u32 factor) {
  Elem f;
  unpackScaled<ModR>((const u64 *)factor, &f, 1, FROM_STANDARD_R);
  for (u32 i = 0; i < 1u << power; i++) {
    Elem e = getLane((FrV *)in, reverseBits(i, power));
    const Elem *from[LANES], *fs[LANES];
    Elem *to[LANES], spare[LANES];
    splatPointers(&e, from);
    splatPointers(&f, fs);
    for (int k = 0; k < LANES; k++) to[k] = &spare[k];
    Fr::scatter(Fr::red(Fr::mul(Fr::gather(from), Fr::gather(fs))), to);
    packScaled<ModR>(&spare[0], (u64 *)out + 4ull * i, 1, TO_STANDARD_R);
  }
}

EXPORT(lagrange) void lagrange(u32 out, u32 n, u32 tau, u32 start, u32 step, u32 scale, u32 scratch) {
  lagrangeRange((Elem *)out, n, (const u64 *)tau, (const u64 *)start, (const u64 *)step, (const u64 *)scale,
                (Fr::V *)scratch);
}

EXPORT(combine_rows)
void combineQap(u32 a, u32 b, u32 c, u32 alpha, u32 beta, u32 factor, u32 out, u32 from, u32 to) {
  combineRows((const FrV *)a, (const FrV *)b, (const FrV *)c, (const u64 *)alpha, (const u64 *)beta,
              (const u64 *)factor, (u64 *)out, from, to);
}

// Lane layout to standard-form scalars, groups [from, to).
EXPORT(rows_to_scalars) void rowsToScalars(u32 rows, u32 out, u32 from, u32 to) {
  for (u32 i = from; i < to; i++) storeScalars(((const FrV *)rows)[i], (u64 *)out + 4ull * i * LANES);
}

// Elements to standard-form scalars.
EXPORT(scalars_out) void scalarsOut(u32 in, u32 out, u32 n) {
  packScaled<ModR>((const Elem *)in, (u64 *)out, n, TO_STANDARD_R);
}

// out receives 1 or 0.
EXPORT(pairing) void pairing(u32 g1, u32 g2, u32 n, u32 out) {
  *(u32 *)out = pairingProductIsOne((const Affine<Fq> *)g1, (const Affine<Fq2> *)g2, n);
}

// Benchmark and test hooks: n dependent-free products, for the throughput that docs quote.
EXPORT(bench_mul) void benchMul(u32 a, u32 n, u32 rounds) {
  Fq::V *v = (Fq::V *)a;
  for (u32 r = 0; r < rounds; r++)
    for (u32 i = 0; i < n; i++) v[i] = Fq::mul(v[i], v[i]);
}

// One window of a multi-scalar multiplication: buckets by counting sort, each bucket summed by a pairwise tree,
// the weighted sum of the buckets by running sums in parallel segments. All additions are batched.
#pragma once
#include "convert.h"

// Signed digits of scalars, window by window: digits[w * count + i] in [-2^(c-1), 2^(c-1)].
// A scalar above r / 2 is replaced by r - s with all digits negated, so that small negative ones stay small.
// kinds[i]: 0 zero, 1 only the first window is non-zero, 2 larger.
static void recode(const u64 *scalars, u32 count, u32 c, u32 windows, i16 *digits, u8 *kinds, u32 from, u32 to) {
  constexpr U256 r = ModR::p;
  constexpr u64 halfTop = r.w[3] >> 1;
  u32 half = 1u << (c - 1), mask = (1u << c) - 1;
  for (u32 i = from; i < to; i++) {
    const u64 *s = scalars + 4ull * i;
    U256 v{{s[0], s[1], s[2], s[3]}};
    bool negative = v.w[3] > halfTop;
    if (negative) v = subtract(r, v);
    if ((v.w[1] | v.w[2] | v.w[3]) == 0 && v.w[0] <= half) {
      kinds[i] = v.w[0] != 0;
      digits[i] = negative ? -(i32)v.w[0] : (i32)v.w[0];
      continue;
    }
    kinds[i] = 2;
    u32 carry = 0;
    for (u32 w = 0; w < windows; w++) {
      u32 bit = w * c, word = bit / 64, shift = bit % 64;
      u64 x = word < 4 ? v.w[word] >> shift : 0;
      if (shift + c > 64 && word < 3) x |= v.w[word + 1] << (64 - shift);
      i32 digit = (i32)(x & mask) + carry;
      carry = digit > (i32)half;
      if (carry) digit -= 1 << c;
      digits[(u64)w * count + i] = (i16)(negative ? -digit : digit);
    }
  }
}

// sum of d * bucket[d], d = 1 .. m (bucket[0] has d = 1); destroys the buckets
template <class F>
static void reduceBuckets(BatchScratch<F> &s, Affine<F> *bucket, u32 m, Affine<F> *sums, Affine<F> *out) {
  constexpr u32 SEGMENT = 8;
  setInfinity(*out);
  Affine<F> weighted[32]; // one a level, m <= 2^15 and m falls eightfold
  u32 levels = 0;
  while (m > SEGMENT) {
    // in each segment of eight: bucket[0] becomes the plain sum, sums[s] the sum weighted by 0 .. 7 ... both from
    // the top: running = b7, total = b7; running += b6, total += running; ... total is sum (i) b_i at the end
    u32 segments = (m + SEGMENT - 1) / SEGMENT;
    for (u32 i = m; i < segments * SEGMENT; i++) setInfinity(bucket[i]);
    for (u32 k = 0; k < segments; k++) sums[k] = bucket[k * SEGMENT + SEGMENT - 1];
    for (u32 i = SEGMENT - 1; i > 1; i--) {
      // running sum sits in bucket[i - 1] after adding bucket[i]
      for (u32 k = 0; k < segments; k++) {
        Affine<F> *b = bucket + k * SEGMENT + i;
        queueAdd(s, b - 1, b, b - 1, 0);
      }
      flush(s);
      for (u32 k = 0; k < segments; k++) queueAdd(s, sums + k, bucket + k * SEGMENT + i - 1, sums + k, 0);
      flush(s);
    }
    for (u32 k = 0; k < segments; k++) {
      Affine<F> *b = bucket + k * SEGMENT;
      queueAdd(s, b, b + 1, b, 0);
    }
    flush(s);
    // sums[k] = sum i * b_i (i = 0 .. 7): tree over the segments
    for (u32 n = segments; n > 1;) {
      u32 h = n / 2;
      for (u32 k = 0; k < h; k++) queueAdd(s, sums + k, sums + (n - h + k), sums + k, 0);
      flush(s);
      n -= h;
    }
    weighted[levels++] = sums[0];
    for (u32 k = 0; k < segments; k++) bucket[k] = bucket[k * SEGMENT];
    m = segments; // the segments' plain sums are weighted by their index times eight
  }
  // last level: direct, weights 0 .. m - 1
  Affine<F> total, running;
  setInfinity(total);
  setInfinity(running);
  for (u32 i = m; i-- > 1;) {
    queueAdd(s, &running, bucket + i, &running, 0);
    flush(s);
    queueAdd(s, &total, &running, &total, 0);
    flush(s);
  }
  queueAdd(s, &running, bucket, &running, 0); // the plain sum of all buckets
  flush(s);
  for (u32 l = levels; l-- > 0;) {
    for (u32 k = 0; k < 3; k++) {
      Affine<F> copy = total;
      queueAdd(s, &total, &copy, &total, 0);
      flush(s);
    }
    queueAdd(s, &total, &weighted[l], &total, 0);
    flush(s);
  }
  queueAdd(s, &total, &running, &total, 0);
  flush(s);
  *out = total;
}

struct WindowTask {
  u32 points;  // Affine<F>*: the query's finite points
  u32 wires;   // u32*: scalar index of each point, or 0 for the identity
  u32 list;    // u32*: which points to look at, or 0 for all
  u32 count;   // length of the list
  u32 digits;  // i16*: this window's digits by scalar index
  u32 c;       // window bits
  u32 sorted;  // u32[count]: scratch
  u32 starts;  // u32[2^(c-1) + 1]: scratch
  u32 ping;    // Affine<F>[count / 2 + buckets]: scratch
  u32 pong;    // Affine<F>[count / 4 + buckets]: scratch
  u32 buckets; // Affine<F>[2^(c-1) + 8]: scratch
  u32 batch;   // BatchScratch<F>*
  u32 out;     // Affine<F>*: the window's sum
};

template <class F> static void msmWindow(const WindowTask &t) {
  typedef Affine<F> A;
  const A *points = (const A *)t.points;
  const u32 *wires = (const u32 *)t.wires, *list = (const u32 *)t.list;
  const i16 *digits = (const i16 *)t.digits;
  u32 *sorted = (u32 *)t.sorted, *starts = (u32 *)t.starts;
  A *bucket = (A *)t.buckets;
  BatchScratch<F> &s = *(BatchScratch<F> *)t.batch;
  u32 m = 1u << (t.c - 1);
  s.init();
  for (u32 i = 0; i <= m; i++) starts[i] = 0;
  // counting sort by |digit|; starts[d] counts digit d
  for (u32 k = 0; k < t.count; k++) {
    u32 j = list ? list[k] : k;
    i32 d = digits[wires ? wires[j] : j];
    starts[d < 0 ? -d : d]++;
  }
  u32 sum = 0;
  starts[0] = 0;
  for (u32 d = 1; d <= m; d++) {
    u32 n = starts[d];
    starts[d] = sum;
    sum += n;
  }
  for (u32 k = 0; k < t.count; k++) {
    u32 j = list ? list[k] : k;
    i32 d = digits[wires ? wires[j] : j];
    if (d != 0) sorted[starts[d < 0 ? -d : d]++] = j << 1 | (d < 0);
  }
  // now starts[d] is the end of bucket d: lengths stay computable, starts[0] = 0
  A *next = (A *)t.ping, *other = (A *)t.pong;
  u32 *segment = sorted; // reused below for (bucket, length) pairs: never longer than what was read
  u32 active = 0, at = 0, written = 0;
  for (u32 d = 1; d <= m; d++) {
    u32 n = starts[d] - at;
    const u32 *in = sorted + at;
    at = starts[d];
    A *to = n <= 2 ? bucket + (d - 1) : next + written;
    if (n == 0) setInfinity(bucket[d - 1]);
    for (u32 i = 0; i + 1 < n; i += 2) {
      // both signs: (+-p) + (+-q); a negative first point is stored negated and the pair added as is
      const A *p = points + (in[i] >> 1), *q = points + (in[i + 1] >> 1);
      u32 np = in[i] & 1, nq = in[i + 1] & 1;
      if (np) {
        if (!nq) {
          queueAdd(s, q, p, to++, 1);
        } else {
          copyPoint(*to, *p, 1);
          queueAdd(s, to, q, to, 1);
          to++;
        }
      } else {
        queueAdd(s, p, q, to++, nq);
      }
    }
    if (n & 1) copyPoint(*to, points[in[n - 1] >> 1], in[n - 1] & 1);
    if (n > 2) {
      written += (n + 1) / 2;
      // pairs written so far need at most 2/3 of the entries read
      segment[2 * active] = d - 1;
      segment[2 * active + 1] = (n + 1) / 2;
      active++;
    }
  }
  flush(s);
  while (active) {
    A *from = next;
    u32 kept = 0, out = 0;
    next = other;
    other = from;
    for (u32 a = 0; a < active; a++) {
      u32 b = segment[2 * a], n = segment[2 * a + 1];
      A *to = n <= 2 ? bucket + b : next + out;
      for (u32 i = 0; i + 1 < n; i += 2) queueAdd(s, from + i, from + i + 1, to++, 0);
      if (n & 1) *to = from[n - 1];
      from += n;
      if (n > 2) {
        out += (n + 1) / 2;
        segment[2 * kept] = b;
        segment[2 * kept + 1] = (n + 1) / 2;
        kept++;
      }
    }
    flush(s);
    active = kept;
  }
  reduceBuckets(s, bucket, m, (A *)t.ping, (A *)t.out);
}

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

// For each of `windows` arrays of m buckets (one after the other, m a power of two), the sum of (i + 1) * bucket[i].
// Destroys the buckets. `scratch` holds windows * (m / 8 + 16) points. Windows share batches, so that inversions
// stay rare even where a window has few buckets.
template <class F>
static void reduceBuckets(BatchScratch<F> &s, Affine<F> *bucket, u32 m, u32 windows, Affine<F> *scratch,
                          Affine<F> *out) {
  typedef Affine<F> A;
  constexpr u32 SEGMENT = 8, MAX_LEVELS = 6;
  A *total = out, *running = scratch, *copy = running + windows, *weighted = copy + windows,
    *sums = weighted + windows * MAX_LEVELS;
  u32 levels = 0;
  for (; m > SEGMENT; m /= SEGMENT) {
    // With i = 8 k + j: sum of i * b_i = 8 * sum of k * S_k + sum of all j * b_i, S_k the plain sum of segment k.
    // From the top of each segment, running sums of b make S_k, and their sum makes the second term.
    u32 segments = m / SEGMENT < 1 ? 1 : m / SEGMENT, all = segments * windows;
    for (u32 k = 0; k < all; k++) sums[k] = bucket[k * SEGMENT + SEGMENT - 1];
    for (u32 j = SEGMENT - 1; j > 1; j--) {
      for (u32 k = 0; k < all; k++) {
        A *b = bucket + k * SEGMENT + j;
        queueAdd(s, b - 1, b, b - 1, 0);
      }
      flush(s);
      for (u32 k = 0; k < all; k++) queueAdd(s, sums + k, bucket + k * SEGMENT + j - 1, sums + k, 0);
      flush(s);
    }
    for (u32 k = 0; k < all; k++) queueAdd(s, bucket + k * SEGMENT, bucket + k * SEGMENT + 1, bucket + k * SEGMENT, 0);
    flush(s);
    for (u32 h = segments / 2; h >= 1; h /= 2) {
      for (u32 w = 0; w < windows; w++) {
        A *t = sums + w * segments;
        for (u32 k = 0; k < h; k++) queueAdd(s, t + k, t + h + k, t + k, 0);
      }
      flush(s);
    }
    for (u32 w = 0; w < windows; w++) weighted[levels * windows + w] = sums[w * segments];
    levels++;
    for (u32 k = 0; k < all; k++) bucket[k] = bucket[k * SEGMENT];
  }
  // The last level has weights 0 .. m - 1; the plain sum of all buckets makes up for counting from zero.
  for (u32 w = 0; w < windows; w++) {
    setInfinity(total[w]);
    setInfinity(running[w]);
  }
  for (u32 i = m; i-- > 1;) {
    for (u32 w = 0; w < windows; w++) queueAdd(s, running + w, bucket + w * m + i, running + w, 0);
    flush(s);
    for (u32 w = 0; w < windows; w++) queueAdd(s, total + w, running + w, total + w, 0);
    flush(s);
  }
  for (u32 w = 0; w < windows; w++) queueAdd(s, running + w, bucket + w * m, running + w, 0);
  flush(s);
  for (u32 l = levels; l-- > 0;) {
    for (u32 k = 0; k < 3; k++) {
      for (u32 w = 0; w < windows; w++) copy[w] = total[w];
      for (u32 w = 0; w < windows; w++) queueAdd(s, total + w, copy + w, total + w, 0);
      flush(s);
    }
    for (u32 w = 0; w < windows; w++) queueAdd(s, total + w, weighted + l * windows + w, total + w, 0);
    flush(s);
  }
  for (u32 w = 0; w < windows; w++) queueAdd(s, total + w, running + w, total + w, 0);
  flush(s);
}

// Sums runs of points: segment d (0 .. n - 1) adds the points that refs[ends[d - 1] .. ends[d]) names (index times
// two, plus one to subtract), into out[d]. Destroys refs. `ping` holds 2/3, `pong` 4/9 of the refs' number of points.
template <class F>
static void sumSegments(BatchScratch<F> &s, const Affine<F> *points, u32 *refs, const u32 *ends, u32 n, Affine<F> *ping,
                        Affine<F> *pong, Affine<F> *out) {
  typedef Affine<F> A;
  A *next = ping, *other = pong;
  u32 *segment = refs; // (segment, length) pairs overwrite refs that were read: a segment of three or more makes one
  u32 active = 0, at = 0, written = 0;
  for (u32 d = 0; d < n; d++) {
    u32 length = ends[d] - at;
    const u32 *in = refs + at;
    at = ends[d];
    A *to = length <= 2 ? out + d : next + written;
    if (length == 0) setInfinity(out[d]);
    for (u32 i = 0; i + 1 < length; i += 2) {
      const A *p = points + (in[i] >> 1), *q = points + (in[i + 1] >> 1);
      u32 np = in[i] & 1, nq = in[i + 1] & 1;
      if (!np) {
        queueAdd(s, p, q, to++, nq);
      } else if (!nq) {
        queueAdd(s, q, p, to++, 1);
      } else {
        copyPoint(*to, *p, 1);
        queueAdd(s, to, q, to, 1);
        to++;
      }
    }
    if (length & 1) copyPoint(*to, points[in[length - 1] >> 1], in[length - 1] & 1);
    if (length > 2) {
      written += (length + 1) / 2;
      segment[2 * active] = d;
      segment[2 * active + 1] = (length + 1) / 2;
      active++;
    }
  }
  flush(s);
  while (active) {
    A *from = next;
    u32 kept = 0, filled = 0;
    next = other;
    other = from;
    for (u32 a = 0; a < active; a++) {
      u32 d = segment[2 * a], length = segment[2 * a + 1];
      A *to = length <= 2 ? out + d : next + filled;
      for (u32 i = 0; i + 1 < length; i += 2) queueAdd(s, from + i, from + i + 1, to++, 0);
      if (length & 1) *to = from[length - 1];
      from += length;
      if (length > 2) {
        filled += (length + 1) / 2;
        segment[2 * kept] = d;
        segment[2 * kept + 1] = (length + 1) / 2;
        kept++;
      }
    }
    flush(s);
    active = kept;
  }
}

struct WindowTask {
  u32 points;  // Affine<F>*: the query's finite points
  u32 wires;   // u32*: scalar index of each point, or 0 for the identity
  u32 list;    // u32*: which points to look at, or 0 for all
  u32 count;   // length of the list
  u32 digits;  // i16*: the first window's digits by scalar index
  u32 stride;  // digits from one window to the next
  u32 windows; // how many windows this task sums
  u32 c;       // window bits
  u32 sorted;  // u32[windows * count]: scratch
  u32 ends;    // u32[windows * m + 1], m = 2^(c-1): scratch
  u32 ping;    // Affine<F>[max(2/3 windows * count, windows * (m / 8 + 16))]: scratch
  u32 pong;    // Affine<F>[4/9 windows * count]: scratch
  u32 buckets; // Affine<F>[windows * m]: scratch
  u32 batch;   // BatchScratch<F>*
  u32 out;     // Affine<F>[windows]: the windows' sums
};

template <class F> static void msmWindows(const WindowTask &t) {
  typedef Affine<F> A;
  const u32 *wires = (const u32 *)t.wires, *list = (const u32 *)t.list;
  u32 *sorted = (u32 *)t.sorted, *ends = (u32 *)t.ends;
  BatchScratch<F> &s = *(BatchScratch<F> *)t.batch;
  u32 m = 1u << (t.c - 1), n = m * t.windows;
  s.init();
  // counting sort by (window, |digit|); after the second pass ends[b] is the end of bucket b
  for (u32 i = 0; i < n; i++) ends[i] = 0;
  for (u32 w = 0; w < t.windows; w++) {
    const i16 *digits = (const i16 *)t.digits + (u64)w * t.stride;
    u32 *counts = ends + w * m - 1;
    for (u32 k = 0; k < t.count; k++) {
      u32 j = list ? list[k] : k;
      i32 d = digits[wires ? wires[j] : j];
      if (d != 0) counts[d < 0 ? -d : d]++;
    }
  }
  u32 sum = 0;
  for (u32 b = 0; b < n; b++) {
    u32 length = ends[b];
    ends[b] = sum;
    sum += length;
  }
  for (u32 w = 0; w < t.windows; w++) {
    const i16 *digits = (const i16 *)t.digits + (u64)w * t.stride;
    u32 *next = ends + w * m - 1;
    for (u32 k = 0; k < t.count; k++) {
      u32 j = list ? list[k] : k;
      i32 d = digits[wires ? wires[j] : j];
      if (d != 0) sorted[next[d < 0 ? -d : d]++] = j << 1 | (d < 0);
    }
  }
  A *bucket = (A *)t.buckets;
  sumSegments(s, (const A *)t.points, sorted, ends, n, (A *)t.ping, (A *)t.pong, bucket);
  reduceBuckets(s, bucket, m, t.windows, (A *)t.ping, (A *)t.out);
}

// Rows of A and B times the witness.
#pragma once
#include "fft.h"

enum { PLUS_ONE = 0, MINUS_ONE = 1 };

struct Entry {
  u32 wire;
  u32 coefficient; // index into the constants; the first two are 1 and -1
};

static void sparseRows(const u32 *rowPtr, const Entry *entries, const Elem *constants, const Elem *witness, FrV *out,
                       u32 from, u32 to) {
  Elem zero{};
  for (u32 row = from; row < to; row++) {
    const Entry *e = entries + rowPtr[row], *end = entries + rowPtr[row + 1];
    if (end - e == 1 && e->coefficient == PLUS_ONE) {
      putLane(out, row, witness[e->wire]);
      continue;
    }
    const Elem *none[LANES];
    splatPointers(&zero, none);
    Fr::V acc = Fr::gather(none);
    for (; e < end; e += LANES) {
      const Elem *w[LANES], *c[LANES];
      u32 minus = 0;
      bool units = true;
      for (int i = 0; i < LANES; i++) {
        bool present = e + i < end;
        u32 coefficient = present ? e[i].coefficient : (u32)PLUS_ONE;
        w[i] = present ? &witness[e[i].wire] : &zero;
        c[i] = &constants[coefficient];
        units &= coefficient <= MINUS_ONE;
        minus |= (u32)(coefficient == MINUS_ONE) << i;
      }
      Fr::V term = units ? Fr::negIf(Fr::gather(w), minus) : Fr::mul(Fr::gather(w), Fr::gather(c));
      acc = Fr::red(Fr::add(acc, term));
    }
    Elem part[LANES];
    Elem *to2[LANES];
    for (int i = 0; i < LANES; i++) to2[i] = &part[i];
    Fr::scatter(acc, to2);
    for (int i = 1; i < LANES; i++)
      for (int k = 0; k < LIMBS; k++) part[0].l[k] += part[i].l[k];
    const Elem *sum[LANES];
    splatPointers(&part[0], sum);
    for (int i = 0; i < LANES; i++) to2[i] = &part[i];
    Fr::scatter(Fr::red(Fr::gather(sum)), to2);
    putLane(out, row, part[0]);
  }
}

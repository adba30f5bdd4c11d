/** `floor((x + 2^(shift-1)) / 2^shift)`: the one rounding of the project, halves upward. */
export function roundShift(x: bigint, shift: number): bigint {
  if (shift === 0) return x;
  const bits = BigInt(shift);
  return (x + (1n << (bits - 1n))) >> bits;
}

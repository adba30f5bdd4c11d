/** Cuts 0 .. count into at most `parts` ranges whose bounds are multiples of `step`. */
export function ranges(count: number, parts: number, step = 1): [from: number, to: number][] {
  const size = Math.max(step, Math.ceil(count / parts / step) * step);
  const result: [number, number][] = [];
  for (let from = 0; from < count; from += size) result.push([from, Math.min(count, from + size)]);
  return result;
}

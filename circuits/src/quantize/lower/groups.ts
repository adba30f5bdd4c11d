import { groupAlong } from "../../operators/support/groups.ts";

/** The flat positions of each group of elements that differ only along `axes`, and both result shapes. */
export function positionsAlong(
  shape: readonly number[],
  axes: readonly number[],
): { groups: number[][]; outer: readonly number[]; kept: readonly number[] } {
  const { starts, offsets, outer, kept } = groupAlong(shape, axes);
  return {
    groups: Array.from(starts, (start) => Array.from(offsets, (offset) => start + offset)),
    outer,
    kept,
  };
}

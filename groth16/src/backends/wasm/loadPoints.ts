import type { Group } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import type { PointSet } from "./Msm.ts";
import { ranges } from "./ranges.ts";
import type { Task } from "./ThreadPool.ts";

/**
 * Copies the finite ones of `points` (file encoding) to `staging` memory and gives the tasks that convert them
 * into `arena`. Point i goes with scalar offset + i.
 */
export function loadPoints(
  arena: Arena,
  staging: Arena,
  layout: Layout,
  group: Group,
  points: Uint8Array,
  offset = 0,
): { set: PointSet; tasks: Task[] } {
  const size = filePointBytes(group);
  const finite = finitePoints(points, size);
  const raw = staging.allocate(finite.length * size);
  const target = arena.heap.bytes(raw, finite.length * size);
  if (finite.length * size === points.length) {
    target.set(points);
  } else {
    finite.forEach((index, i) => {
      target.set(points.subarray(index * size, (index + 1) * size), i * size);
    });
  }
  const converted = arena.allocate(finite.length * layout.point(group));
  const identity = finite.length * size === points.length && offset === 0;
  const wires = identity ? 0 : arena.copy(finite.map((index) => index + offset));
  return {
    set: { group, count: finite.length, points: converted, wires },
    tasks: ranges(finite.length, Math.ceil(finite.length / 4096)).map(([from, to]) => () => [
      "points_in",
      groupIndex(group),
      raw + from * size,
      converted + from * layout.point(group),
      to - from,
    ]),
  };
}

function finitePoints(points: Uint8Array, size: number): Uint32Array {
  const view = new DataView(points.buffer, points.byteOffset, points.byteLength);
  const finite = new Uint32Array(points.length / size);
  let count = 0;
  for (let i = 0; i < finite.length; i++) {
    for (let o = i * size; o < (i + 1) * size; o += 4) {
      if (view.getUint32(o, true) !== 0) {
        finite[count++] = i;
        break;
      }
    }
  }
  return finite.slice(0, count);
}

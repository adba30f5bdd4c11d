import { decode } from "../../circuits/src/onnx/decode.ts";
import { fixShapes } from "../../circuits/src/onnx/fixShapes.ts";
import { roundTo } from "../../circuits/src/onnx/roundTo.ts";
import { isFloatType, type NumericTensor, sizeOf, tensor } from "../../circuits/src/onnx/Tensor.ts";
import type { ValueRange } from "../../circuits/src/quantize/calibrate.ts";
import { seededRandom } from "./seededRandom.ts";

/** Samples made from the given input, itself included, and by how much of the range they are moved. */
const SAMPLES = 8;
const PERTURBATION = 0.05;
/** By how much of its span the declared range of an input is wider than the given values. */
const MARGIN = 0.1;

/** A network's given input and what is derived from it. */
export interface NetworkInputs {
  readonly tensors: ReadonlyMap<string, NumericTensor>;
  /** One range an input value. */
  readonly ranges: readonly ValueRange[];
  /** The given input first, then slightly moved ones. */
  readonly samples: readonly (readonly number[])[];
}

/** Reads `input.json` of the corpus' shape: `input_data` holds one list (nested or flat) for each input. */
export function networkInputs(onnx: Uint8Array, json: string): NetworkInputs {
  const given = JSON.parse(json).input_data as unknown[];
  const graph = decode(onnx);
  const lists = given.map((part) => [part].flat(Number.POSITIVE_INFINITY).map(Number));
  if (lists.length < graph.inputs.length) {
    throw new Error(`input.json has ${lists.length} inputs, the network takes ${graph.inputs.length}`);
  }
  const types = [...fixShapes(graph.inputs, { shapes: openShapes(graph.inputs, lists) })];
  const tensors = new Map<string, NumericTensor>();
  const ranges: ValueRange[] = [];
  for (const [i, [name, { dtype, shape }]] of types.entries()) {
    if (dtype === "string") throw new Error(`input "${name}" holds strings: only numbers can be proved`);
    const values = lists[i]!;
    if (values.length !== sizeOf(shape)) {
      throw new Error(
        `input "${name}" takes ${sizeOf(shape)} values [${shape}], input.json gives ${values.length}`,
      );
    }
    tensors.set(name, tensor(dtype, shape, values.map(roundTo(dtype))));
    const range = declaredRange(values, isFloatType(dtype));
    for (let k = 0; k < values.length; k++) ranges.push(range);
  }
  return { tensors, ranges, samples: moved([...tensors.values()], ranges) };
}

/** Shapes for inputs whose values are a whole number of times what their fixed dimensions take. */
function openShapes(
  inputs: Parameters<typeof fixShapes>[0],
  lists: readonly (readonly number[])[],
): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  for (const [i, { name, shape }] of inputs.entries()) {
    if (!shape) continue;
    const open = shape.flatMap((size, axis) => (typeof size === "number" ? [] : [axis]));
    const fixed = shape.reduce<number>((size, each) => size * (typeof each === "number" ? each : 1), 1);
    const size = lists[i]!.length / fixed;
    // The last open dimension takes what the values say, the batch and any other before it being 1.
    if (open.length > 0 && Number.isInteger(size)) {
      shapes[name] = shape.map((each, axis) =>
        typeof each === "number" ? each : axis === open.at(-1) ? size : 1,
      );
    }
  }
  return shapes;
}

function declaredRange(values: readonly number[], isFloat: boolean): ValueRange {
  const min = values.reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY);
  const max = values.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
  if (!isFloat) return { min: Math.min(0, min), max: Math.max(1, max) };
  const margin = MARGIN * (max - min || Math.abs(max) || 1);
  // Data without negative numbers stays without: roots and logarithms exist only there.
  return { min: min >= 0 ? Math.max(0, min - margin) : min - margin, max: max + margin };
}

function moved(tensors: readonly NumericTensor[], ranges: readonly ValueRange[]): number[][] {
  const random = seededRandom(1);
  const values = tensors.flatMap(({ data }) => Array.from(data));
  const isFloat = tensors.flatMap(({ dtype, data }) => Array.from(data, () => isFloatType(dtype)));
  return Array.from({ length: SAMPLES }, (_, sample) =>
    values.map((value, i) => {
      if (sample === 0 || !isFloat[i]) return value;
      const { min, max } = ranges[i]!;
      const shifted = value + (random() * 2 - 1) * PERTURBATION * (max - min);
      return Math.min(max, Math.max(min, shifted));
    }),
  );
}

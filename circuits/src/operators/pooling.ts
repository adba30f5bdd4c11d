import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import { type NumericTensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { product, range } from "./support/axes.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";
import { stridesOf } from "./support/strides.ts";
import { type WindowGeometry, windowGeometry, windowOffsets } from "./support/windows.ts";

/** The elements under a window, without the padding, and the window's number. */
type WindowFold = (values: Float64Array, window: number) => number;

/** The geometry of a pooling node over an input [N, C, ...]. */
export function poolGeometry(input: readonly number[], attributes: Attributes): WindowGeometry {
  return windowGeometry(input.slice(2), attributes.ints("kernel_shape"), attributes);
}

function pool(input: NumericTensor, geometry: WindowGeometry, fold: WindowFold): NumericTensor {
  const offsets = windowOffsets(geometry);
  const positions = product(geometry.output);
  const kernelSize = product(geometry.kernel);
  const pixels = product(geometry.input);
  const images = input.shape[0]! * input.shape[1]!;
  const data = new Float64Array(images * positions);
  const values = new Float64Array(kernelSize);
  for (let image = 0; image < images; image++) {
    for (let o = 0; o < positions; o++) {
      let count = 0;
      for (let k = 0; k < kernelSize; k++) {
        const offset = offsets[k * positions + o]!;
        if (offset >= 0) values[count++] = input.data[image * pixels + offset]!;
      }
      data[image * positions + o] = fold(values.subarray(0, count), o);
    }
  }
  return roundData(input.dtype, [...input.shape.slice(0, 2), ...geometry.output], data);
}

/**
 * By how much AveragePool divides at each window. With `count_include_pad` the padding counts, but not what a window of
 * a rounded-up output size covers beyond it.
 */
export function averageDivisors(geometry: WindowGeometry, attributes: Attributes): Float64Array {
  const padded = attributes.int("count_include_pad", 0) !== 0;
  const { input, kernel, strides, dilations, padsBefore, padsAfter, output } = geometry;
  const steps = stridesOf(output);
  return Float64Array.from({ length: product(output) }, (_, o) =>
    range(input.length).reduce((count, axis) => {
      const start = (Math.floor(o / steps[axis]!) % output[axis]!) * strides[axis]! - padsBefore[axis]!;
      const low = padded ? -padsBefore[axis]! : 0;
      const high = input[axis]! + (padded ? padsAfter[axis]! : 0);
      const touched = range(kernel[axis]!).filter((k) => {
        const index = start + k * dilations[axis]!;
        return index >= low && index < high;
      });
      return count * touched.length;
    }, 1),
  );
}

export const AveragePool: Operator = {
  domain: "",
  type: "AveragePool",
  sinceVersions: [1, 7, 10, 11, 19, 22],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const geometry = poolGeometry(input.shape, attributes);
    const divisors = averageDivisors(geometry, attributes);
    return [pool(input, geometry, (values, o) => values.reduce((total, x) => total + x, 0) / divisors[o]!)];
  },
};

function norm(values: Float64Array, p: number): number {
  return values.reduce((total, x) => total + Math.abs(x) ** p, 0) ** (1 / p);
}

function normOrder(attributes: Attributes, opset: number): number {
  return opset < 2 ? attributes.float("p", 2) : attributes.int("p", 2);
}

export const LpPool: Operator = {
  domain: "",
  type: "LpPool",
  sinceVersions: [1, 2, 11, 18, 22],
  evaluate(inputs, attributes, { opset }) {
    const input = numericInput(inputs, 0);
    const p = normOrder(attributes, opset);
    return [pool(input, poolGeometry(input.shape, attributes), (values) => norm(values, p))];
  },
};

/** The largest element under each window and, where asked for, its flat position in the whole input. */
export const MaxPool: Operator = {
  domain: "",
  type: "MaxPool",
  sinceVersions: [1, 8, 10, 11, 12, 22],
  evaluate(inputs, attributes, { outputCount }) {
    const input = numericInput(inputs, 0);
    const geometry = poolGeometry(input.shape, attributes);
    const largest = pool(input, geometry, (values) =>
      values.reduce((best, x) => Math.max(best, x), -Infinity),
    );
    if (outputCount < 2) return [largest];
    return [largest, maxPositions(input, geometry, attributes.int("storage_order", 0) !== 0)];
  },
};

function maxPositions(input: NumericTensor, geometry: WindowGeometry, isColumnMajor: boolean): NumericTensor {
  const offsets = windowOffsets(geometry);
  const positions = product(geometry.output);
  const pixels = product(geometry.input);
  const shape = [...input.shape.slice(0, 2), ...geometry.output];
  const rowMajor = stridesOf(geometry.input);
  const columnMajor = geometry.input.map((_, axis) => product(geometry.input, 0, axis));
  const data = Float64Array.from({ length: product(shape) }, (_, i) => {
    const image = Math.floor(i / positions) * pixels;
    let best = -1;
    for (let k = 0; k < product(geometry.kernel); k++) {
      const offset = offsets[k * positions + (i % positions)]!;
      if (offset < 0) continue;
      if (best < 0 || input.data[image + offset]! > input.data[image + best]!) best = offset;
    }
    if (!isColumnMajor) return image + best;
    const coordinates = rowMajor.map((stride, axis) => Math.floor(best / stride) % geometry.input[axis]!);
    return image + coordinates.reduce((sum, index, axis) => sum + index * columnMajor[axis]!, 0);
  });
  return tensor("int64", shape, data);
}

/** A pool whose window is the whole image. */
function globalPool(
  type: string,
  versions: readonly number[],
  fold: (values: Float64Array, attributes: Attributes, opset: number) => number,
): Operator {
  return {
    domain: "",
    type,
    sinceVersions: versions,
    evaluate(inputs, attributes, { opset }) {
      const { dtype, shape, data } = numericInput(inputs, 0);
      if (shape.length < 2) throw new OnnxOperatorError(`[${shape.join(", ")}] has no channels to pool.`);
      const pixels = product(shape, 2);
      const images = shape[0]! * shape[1]!;
      const result = Float64Array.from({ length: images }, (_, image) =>
        fold(data.subarray(image * pixels, (image + 1) * pixels), attributes, opset),
      );
      return [roundData(dtype, [shape[0]!, shape[1]!, ...shape.slice(2).map(() => 1)], result)];
    },
  };
}

export const GlobalAveragePool = globalPool(
  "GlobalAveragePool",
  [1, 22],
  (values) => values.reduce((total, x) => total + x, 0) / values.length,
);
export const GlobalMaxPool = globalPool("GlobalMaxPool", [1, 22], (values) =>
  values.reduce((best, x) => Math.max(best, x), -Infinity),
);
export const GlobalLpPool = globalPool("GlobalLpPool", [1, 2, 22], (values, attributes, opset) =>
  norm(values, normOrder(attributes, opset)),
);

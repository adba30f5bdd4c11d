import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { transposedGeometry } from "../../operators/ConvTranspose.ts";
import { product, range } from "../../operators/support/axes.ts";
import { broadcastOffsets, broadcastShapes } from "../../operators/support/broadcast.ts";
import { convolutionShape } from "../../operators/support/convolution.ts";
import { windowOffsets } from "../../operators/support/windows.ts";
import type { Quantizer } from "../Quantizer.ts";
import { add, affine, type RealExpression, type SymbolicTensor } from "../RealExpression.ts";
import { multiply } from "../real/multiply.ts";
import { sumsOfProducts, type Term } from "../real/sumOfProducts.ts";
import { broadcastElements, broadcastInputs } from "./elementwise.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";

/** Product of two broadcast tensors. */
export const lowerMul: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  return [{ shape, elements: multiply(quantizer, operands[0]!, operands[1]!) }];
};

export const lowerMatMul: LoweringRule = (quantizer, node, inputs) => {
  return [matrixProduct(quantizer, symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1))];
};

/** NumPy's matmul: matrices in the last two axes, the others broadcast; a vector is a row or a column. */
function matrixProduct(quantizer: Quantizer, a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  const aShape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const bShape = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k] = [aShape.at(-2)!, aShape.at(-1)!];
  const n = bShape.at(-1)!;
  const [aBatch, bBatch] = [aShape.slice(0, -2), bShape.slice(0, -2)];
  const batch = broadcastShapes([aBatch, bBatch]);
  const [aIndex, bIndex] = [broadcastOffsets(aBatch, batch), broadcastOffsets(bBatch, batch)];
  function* sums(): Generator<Term[]> {
    for (let at = 0; at < aIndex.length; at++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          yield range(k).map((p): Term => [(aIndex[at]! * m + i) * k + p, (bIndex[at]! * k + p) * n + j]);
        }
      }
    }
  }
  return {
    shape: [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])],
    elements: sumsOfProducts(quantizer, a.elements, b.elements, sums()),
  };
}

/** alpha A B + beta C, either matrix transposed on demand. */
export const lowerGemm: LoweringRule = (quantizer, node, inputs) => {
  const [a, b] = ["transA", "transB"].map((name, i) => {
    const matrix = symbolicInput(node, inputs, i);
    return node.attributes.int(name, 0) === 0 ? matrix : transposed(matrix);
  }) as [SymbolicTensor, SymbolicTensor];
  const { shape, elements } = matrixProduct(quantizer, a, b);
  const scaled = affine(elements, node.attributes.float("alpha", 1));
  if (!inputs[2]) return [{ shape, elements: scaled }];
  const bias = broadcastElements(symbolicInput(node, inputs, 2), shape);
  return [{ shape, elements: add(scaled, affine(bias, node.attributes.float("beta", 1))) }];
};

function transposed({ shape, elements }: SymbolicTensor): SymbolicTensor {
  const [rows, columns] = shape as [number, number];
  return {
    shape: [columns, rows],
    elements: elements.map((_, i) => elements[(i % rows) * columns + Math.floor(i / rows)]!),
  };
}

/** Convolution of any rank, with groups, strides, dilation and padding. */
export const lowerConv: LoweringRule = (quantizer, node, inputs) => {
  const [x, w] = [symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1)];
  const { groups, geometry, output } = convolutionShape(x.shape, w.shape, node.attributes);
  const offsets = windowOffsets(geometry);
  const [filters, depth] = [w.shape[0]!, w.shape[1]!];
  const positions = product(geometry.output);
  const kernelSize = product(geometry.kernel);
  const pixels = product(geometry.input);
  function* sums(): Generator<Term[]> {
    for (let at = 0; at < product(output); at++) {
      const o = at % positions;
      const m = Math.floor(at / positions) % filters;
      const image = Math.floor(at / positions / filters) * x.shape[1]!;
      const first = image + Math.floor(m / (filters / groups)) * depth;
      const terms: Term[] = [];
      for (let c = 0; c < depth; c++) {
        for (let k = 0; k < kernelSize; k++) {
          const offset = offsets[k * positions + o]!;
          if (offset >= 0) terms.push([(first + c) * pixels + offset, (m * depth + c) * kernelSize + k]);
        }
      }
      yield terms;
    }
  }
  const elements = sumsOfProducts(quantizer, x.elements, w.elements, sums());
  return [withBias(node, inputs, { shape: output, elements })];
};

/** The transpose of a convolution: the same pairs of elements and weights, gathered by where they arrive. */
export const lowerConvTranspose: LoweringRule = (quantizer, node, inputs) => {
  const [x, w] = [symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1)];
  const groups = node.attributes.int("group", 1);
  const [batches, channels] = [x.shape[0]!, x.shape[1]!];
  const depth = w.shape[1]!;
  const kernel = node.attributes.ints("kernel_shape", w.shape.slice(2));
  const geometry = transposedGeometry(x.shape.slice(2), kernel, node.attributes);
  const offsets = windowOffsets(geometry);
  const positions = product(geometry.output);
  const pixels = product(geometry.input);
  const shape = [batches, depth * groups, ...geometry.input];
  /** By output pixel: the pairs (input position, kernel element) that reach it. */
  const arrivals = range(pixels).map((): Term[] => []);
  for (let k = 0; k < product(kernel); k++) {
    for (let o = 0; o < positions; o++) {
      const offset = offsets[k * positions + o]!;
      if (offset >= 0) arrivals[offset]!.push([o, k]);
    }
  }
  function* sums(): Generator<Term[]> {
    for (let at = 0; at < product(shape); at++) {
      const filter = Math.floor(at / pixels) % (depth * groups);
      const image = Math.floor(at / pixels / (depth * groups)) * channels;
      const [group, m] = [Math.floor(filter / depth), filter % depth];
      const terms: Term[] = [];
      for (let i = 0; i < channels / groups; i++) {
        const c = group * (channels / groups) + i;
        for (const [o, k] of arrivals[at % pixels]!) {
          terms.push([(image + c) * positions + o, (c * depth + m) * product(kernel) + k]);
        }
      }
      yield terms;
    }
  }
  const elements = sumsOfProducts(quantizer, x.elements, w.elements, sums());
  return [withBias(node, inputs, { shape, elements })];
};

/** Adds input 2, one number for each channel. */
function withBias(
  node: PreparedNode,
  inputs: readonly LoweredInput[],
  { shape, elements }: SymbolicTensor,
): SymbolicTensor {
  if (!inputs[2]) return { shape, elements };
  const bias = symbolicInput(node, inputs, 2).elements;
  const inner = product(shape, 2);
  const channels = shape[1]!;
  const spread = elements.map((_, i): RealExpression => bias[Math.floor(i / inner) % channels]!);
  return { shape, elements: add(elements, spread) };
}

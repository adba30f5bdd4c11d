import { QuantizationError } from "../../errors.ts";
import { poolGeometry } from "../../operators/pooling.ts";
import { product, range } from "../../operators/support/axes.ts";
import { windowOffsets } from "../../operators/support/windows.ts";
import type { Quantizer } from "../Quantizer.ts";
import { type RealExpression, total } from "../RealExpression.ts";
import { magnitude, maximum } from "../real/extremes.ts";
import { multiply } from "../real/multiply.ts";
import { squareRoot } from "../real/squareRoot.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

type Groups = readonly (readonly number[])[];

/** The flat positions under each window of a pooling node, padding left out. */
function poolWindows(
  shape: readonly number[],
  attributes: Parameters<LoweringRule>[1]["attributes"],
): { groups: number[][]; output: readonly number[] } {
  const geometry = poolGeometry(shape, attributes);
  const offsets = windowOffsets(geometry);
  const positions = product(geometry.output);
  const pixels = product(geometry.input);
  const images = shape[0]! * shape[1]!;
  const groups = range(images * positions).map((at) => {
    const image = Math.floor(at / positions) * pixels;
    return range(product(geometry.kernel)).flatMap((k) => {
      const offset = offsets[k * positions + (at % positions)]!;
      return offset >= 0 ? [image + offset] : [];
    });
  });
  return { groups, output: [...shape.slice(0, 2), ...geometry.output] };
}

/** One window over each whole image. */
function globalWindows(shape: readonly number[]): { groups: number[][]; output: readonly number[] } {
  const pixels = product(shape, 2);
  const images = shape[0]! * shape[1]!;
  return {
    groups: range(images).map((image) => range(pixels).map((i) => image * pixels + i)),
    output: shape.map((size, axis) => (axis < 2 ? size : 1)),
  };
}

export const lowerMaxPool: LoweringRule = (quantizer, node, inputs) => {
  if (node.outputs.length > 1 && node.outputs[1] !== "") {
    throw new QuantizationError(
      `node "${node.name}" (MaxPool) gives positions, which are not supported: remove its second output`,
    );
  }
  const x = symbolicInput(node, inputs, 0);
  const { groups, output } =
    node.type === "GlobalMaxPool" ? globalWindows(x.shape) : poolWindows(x.shape, node.attributes);
  return [{ shape: output, elements: maximum(quantizer, x.elements, groups) }];
};

/** (sum |x|^p)^(1/p) under each window, for p 1 or 2. */
export const lowerLpPool: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const { groups, output } =
    node.type === "GlobalLpPool" ? globalWindows(x.shape) : poolWindows(x.shape, node.attributes);
  const p = node.opset < 2 ? node.attributes.float("p", 2) : node.attributes.int("p", 2);
  return [{ shape: output, elements: norms(quantizer, x.elements, groups, p, node.name) }];
};

function norms(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  groups: Groups,
  p: number,
  name: string,
): RealExpression[] {
  if (p !== 1 && p !== 2) {
    throw new QuantizationError(`node "${name}" pools by the norm of order ${p}; supported are 1 and 2`);
  }
  const terms = p === 1 ? magnitude(quantizer, x) : multiply(quantizer, x, x);
  const sums = groups.map((group) => total(group.map((i) => terms[i]!)));
  return p === 1 ? sums : squareRoot(quantizer, sums);
}

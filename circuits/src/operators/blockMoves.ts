import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { anyInput } from "./support/inputs.ts";
import { withShape } from "./support/take.ts";
import { transpose } from "./Transpose.ts";

function imageShape(source: Tensor, block: number): [number, number, number, number] {
  const [n, c, h, w] = source.shape;
  if (source.shape.length !== 4 || block < 1) {
    throw new OnnxOperatorError(
      `Blocks of ${block} need a shape [N, C, H, W], got [${source.shape.join(", ")}].`,
    );
  }
  return [n!, c!, h!, w!];
}

/** Spreads channels over blocks of pixels, depth first (DCR) or column-row first (CRD). */
export const DepthToSpace: Operator = {
  domain: "",
  type: "DepthToSpace",
  sinceVersions: [1, 11, 13],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const b = attributes.int("blocksize");
    const [n, c, h, w] = imageShape(source, b);
    const depth = c / (b * b);
    if (!Number.isInteger(depth)) throw new OnnxOperatorError(`${c} channels do not fill blocks of ${b}.`);
    const isDepthFirst = attributes.string("mode", "DCR") === "DCR";
    const view = withShape(source, isDepthFirst ? [n, b, b, depth, h, w] : [n, depth, b, b, h, w]);
    const moved = transpose(view, isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
    return [withShape(moved, [n, depth, h * b, w * b])];
  },
};

/** The inverse of DepthToSpace in DCR order. */
export const SpaceToDepth: Operator = {
  domain: "",
  type: "SpaceToDepth",
  sinceVersions: [1, 13],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const b = attributes.int("blocksize");
    const [n, c, h, w] = imageShape(source, b);
    if (h % b !== 0 || w % b !== 0) throw new OnnxOperatorError(`${h} x ${w} pixels do not split into ${b}.`);
    const view = withShape(source, [n, c, h / b, b, w / b, b]);
    return [withShape(transpose(view, [0, 3, 5, 1, 2, 4]), [n, c * b * b, h / b, w / b])];
  },
};

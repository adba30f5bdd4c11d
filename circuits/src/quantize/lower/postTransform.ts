import { QuantizationError } from "../../errors.ts";
import { Attributes } from "../../onnx/Attributes.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import type { Quantizer } from "../Quantizer.ts";
import type { RealExpression } from "../RealExpression.ts";
import { approximate } from "../real/approximate.ts";
import { realFunction } from "./functions.ts";
import { softmax } from "./softmax.ts";

export function sigmoids(quantizer: Quantizer, x: readonly RealExpression[]): RealExpression[] {
  return approximate(quantizer, realFunction("Sigmoid", new Attributes()), x);
}

/** The score transform of an ONNX-ML node, over rows of `width` scores. */
export function postTransform(
  quantizer: Quantizer,
  node: PreparedNode,
  scores: readonly RealExpression[],
  width: number,
): RealExpression[] {
  const name = node.attributes.string("post_transform", "NONE");
  switch (name) {
    case "NONE":
      return [...scores];
    case "LOGISTIC":
      return sigmoids(quantizer, scores);
    case "SOFTMAX": {
      const rows = Array.from({ length: scores.length / width }, (_, row) =>
        Array.from({ length: width }, (_unused, i) => row * width + i),
      );
      return softmax(quantizer, scores, rows);
    }
    default:
      throw new QuantizationError(
        `node "${node.name}" (${node.type}) has post_transform ${name}; supported are NONE, LOGISTIC and SOFTMAX. Export raw scores`,
      );
  }
}

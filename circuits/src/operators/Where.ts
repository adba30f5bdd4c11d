import { OnnxOperatorError } from "../onnx/errors.ts";
import { concat } from "./Concat.ts";
import type { Operator } from "./Operator.ts";
import { broadcastData, broadcastOffsets, broadcastShapes } from "./support/broadcast.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { take, withShape } from "./support/take.ts";

/** Elements of the first choice where the condition holds, of the second elsewhere. */
export const Where: Operator = {
  domain: "",
  type: "Where",
  sinceVersions: [9, 16],
  moves: [1, 2],
  evaluate(inputs) {
    const condition = numericInput(inputs, 0);
    const [x, y] = [anyInput(inputs, 1), anyInput(inputs, 2)];
    if (x.dtype !== y.dtype) throw new OnnxOperatorError(`Where mixes ${x.dtype} with ${y.dtype}.`);
    const shape = broadcastShapes([condition.shape, x.shape, y.shape]);
    const holds = broadcastData(condition, shape);
    const left = broadcastOffsets(x.shape, shape);
    const right = broadcastOffsets(y.shape, shape);
    const both = concat([withShape(x, [x.data.length]), withShape(y, [y.data.length])], 0);
    return [
      take(
        both,
        shape,
        left.map((at, i) => (holds[i] !== 0 ? at : x.data.length + right[i]!)),
      ),
    ];
  },
};

import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { zipElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";

/** Before opset 7 a slope vector went with the channels (axis 1); since then it broadcasts like any operand. */
export const PRelu: Operator = {
  domain: "",
  type: "PRelu",
  sinceVersions: [1, 6, 7, 9, 16],
  evaluate(inputs, _attributes, { opset }) {
    const source = numericInput(inputs, 0);
    const given = numericInput(inputs, 1);
    const trailing = Math.max(0, source.shape.length - 2);
    const isByChannel = opset < 7 && given.shape.length === 1 && given.data.length > 1;
    const shape = isByChannel ? [...given.shape, ...new Array<number>(trailing).fill(1)] : given.shape;
    const slope = tensor(given.dtype, shape, given.data);
    return [zipElements(source, slope, (x, factor) => (x < 0 ? factor * x : x))];
  },
};

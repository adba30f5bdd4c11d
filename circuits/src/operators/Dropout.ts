import { OnnxOperatorError } from "../onnx/errors.ts";
import { isNumeric, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { anyInput, optionalInput } from "./support/inputs.ts";

/** Inference only: the input itself, and a mask of ones where asked for. */
export const Dropout: Operator = {
  domain: "",
  type: "Dropout",
  sinceVersions: [1, 6, 7, 10, 12, 13, 22],
  moves: [0],
  evaluate(inputs, attributes, { opset, outputCount }) {
    const source = anyInput(inputs, 0);
    const ratio = optionalInput(inputs, 1)?.data[0] ?? 0.5;
    const isTraining = ratio > 0 && (optionalInput(inputs, 2)?.data[0] ?? 0) !== 0;
    const isOldTraining =
      opset < 7 && attributes.int("is_test", 0) === 0 && attributes.float("ratio", 0.5) > 0;
    if (isTraining || isOldTraining) {
      throw new OnnxOperatorError("Dropout in training mode is random; export the model in evaluation mode.");
    }
    if (outputCount < 2) return [source];
    // The mask had the input's type before it became boolean in opset 10.
    const dtype = opset >= 10 || !isNumeric(source) ? "bool" : source.dtype;
    return [source, tensor(dtype, source.shape, new Float64Array(source.data.length).fill(1))];
  },
};

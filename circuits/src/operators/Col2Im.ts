import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";
import { windowGeometry, windowOffsets } from "./support/windows.ts";

/** Adds columns of blocks [N, C * block, positions] back into images [N, C, ...]: the reverse of cutting windows out. */
export const Col2Im: Operator = {
  domain: "",
  type: "Col2Im",
  sinceVersions: [18],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const image = Array.from(numericInput(inputs, 1).data);
    const block = Array.from(numericInput(inputs, 2).data);
    const geometry = windowGeometry(image, block, attributes);
    const offsets = windowOffsets(geometry);
    const positions = product(geometry.output);
    const blockSize = product(block);
    const channels = shape[1]! / blockSize;
    if (shape[2] !== positions || !Number.isInteger(channels)) {
      throw new OnnxOperatorError(
        `Columns [${shape.join(", ")}] do not fit ${positions} blocks of ${blockSize}.`,
      );
    }
    const pixels = product(image);
    const result = new Float64Array(shape[0]! * channels * pixels);
    for (let plane = 0; plane < shape[0]! * channels; plane++) {
      offsets.forEach((offset, i) => {
        if (offset >= 0) result[plane * pixels + offset]! += data[plane * blockSize * positions + i]!;
      });
    }
    return [roundData(dtype, [shape[0]!, channels, ...image], result)];
  },
};

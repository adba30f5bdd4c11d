import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator, OperatorInputs } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { anyInput, optionalIntegers } from "./support/inputs.ts";
import { positionsByAxis } from "./support/positionsByAxis.ts";
import { take } from "./support/take.ts";

/** The element of `size` that stands at `index`, which may lie outside; -1 for the constant. */
function source(index: number, size: number, mode: string): number {
  if (index >= 0 && index < size) return index;
  switch (mode) {
    case "constant":
      return -1;
    case "edge":
      return index < 0 ? 0 : size - 1;
    case "wrap":
      return ((index % size) + size) % size;
    case "reflect": {
      if (size === 1) return 0;
      const period = 2 * (size - 1);
      const rest = ((index % period) + period) % period;
      return rest < size ? rest : period - rest;
    }
    default:
      throw new OnnxOperatorError(`Padding mode "${mode}" is unknown.`);
  }
}

/** What is added before and after each axis; negative amounts cut. */
function padsOf(inputs: OperatorInputs, attributes: Attributes, rank: number, opset: number): number[][] {
  const all = optionalIntegers(inputs, 1) ?? attributes.ints(opset < 2 ? "paddings" : "pads");
  const axes = normalizeAxes(optionalIntegers(inputs, 3) ?? range(rank), rank);
  if (all.length !== 2 * axes.length) {
    throw new OnnxOperatorError(
      `${all.length} pads do not serve ${axes.length} axes, before and after each.`,
    );
  }
  const result = range(rank).map(() => [0, 0]);
  axes.forEach((axis, i) => {
    result[axis] = [all[i]!, all[axes.length + i]!];
  });
  return result;
}

/** Amounts and fill value as inputs from opset 11 on, as attributes before. */
export const Pad: Operator = {
  domain: "",
  type: "Pad",
  sinceVersions: [1, 2, 11, 13, 18, 19, 21],
  moves: [0],
  evaluate(inputs, attributes, { opset }) {
    const data = anyInput(inputs, 0);
    const mode = attributes.string("mode", "constant");
    const given = inputs[2]?.data[0];
    const fill = given ?? (data.dtype === "string" ? "" : attributes.float("value", 0));
    const sources = padsOf(inputs, attributes, data.shape.length, opset).map(([before, after], axis) => {
      const size = data.shape[axis]!;
      const length = Math.max(0, size + before! + after!);
      if (length > 0 && size === 0 && mode !== "constant") {
        throw new OnnxOperatorError(`Axis ${axis} is empty: mode "${mode}" has nothing to repeat.`);
      }
      return Array.from({ length }, (_, i) => source(i - before!, size, mode));
    });
    const { shape, positions } = positionsByAxis(data.shape, sources);
    return [take(data, shape, positions, fill)];
  },
};

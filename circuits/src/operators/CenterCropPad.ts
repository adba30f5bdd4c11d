import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { positionsByAxis } from "./support/positionsByAxis.ts";
import { take } from "./support/take.ts";

/** Cuts or zero-pads each named axis to a size, around its centre; the odd element goes to the end. */
export const CenterCropPad: Operator = {
  domain: "",
  type: "CenterCropPad",
  sinceVersions: [18],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const sizes = Array.from(numericInput(inputs, 1).data);
    const rank = source.shape.length;
    const axes = normalizeAxes(attributes.ints("axes", range(rank)), rank);
    if (sizes.length !== axes.length) {
      throw new OnnxOperatorError(`${sizes.length} sizes do not serve ${axes.length} axes.`);
    }
    const wanted = new Map(axes.map((axis, i) => [axis, sizes[i]!]));
    const sources = source.shape.map((size, axis) => {
      const target = wanted.get(axis) ?? size;
      const shift = target > size ? -Math.floor((target - size) / 2) : Math.floor((size - target) / 2);
      return range(target).map((i) => (i + shift >= 0 && i + shift < size ? i + shift : -1));
    });
    const { shape, positions } = positionsByAxis(source.shape, sources);
    return [take(source, shape, positions)];
  },
};

import type { Operator } from "./Operator.ts";
import { normalizeAxis } from "./support/axes.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { positionsByAxis } from "./support/positionsByAxis.ts";
import { take } from "./support/take.ts";

/** Keeps the slices along an axis (without one: the elements) whose condition holds. */
export const Compress: Operator = {
  domain: "",
  type: "Compress",
  sinceVersions: [9, 11],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const condition = numericInput(inputs, 1).data;
    const view = attributes.has("axis") ? source.shape : [source.data.length];
    const axis = normalizeAxis(attributes.int("axis", 0), view.length);
    const sources = view.map((size, each) => {
      const all = Array.from({ length: size }, (_, i) => i);
      return each === axis ? all.filter((i) => (condition[i] ?? 0) !== 0) : all;
    });
    const { shape, positions } = positionsByAxis(view, sources);
    return [take(source, shape, positions)];
  },
};

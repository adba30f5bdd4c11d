import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { anyInput, optionalIntegers } from "./support/inputs.ts";
import { withShape } from "./support/take.ts";

/** Axes as an input from opset 13 on, as an attribute before; without axes, every dimension of size 1 goes. */
export const Squeeze: Operator = {
  domain: "",
  type: "Squeeze",
  sinceVersions: [1, 11, 13, 21],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const given =
      optionalIntegers(inputs, 1) ?? (attributes.has("axes") ? attributes.ints("axes") : undefined);
    const axes =
      given === undefined
        ? range(source.shape.length).filter((axis) => source.shape[axis] === 1)
        : normalizeAxes(given, source.shape.length);
    const wide = axes.find((axis) => source.shape[axis] !== 1);
    if (wide !== undefined) {
      throw new OnnxOperatorError(`Axis ${wide} has size ${source.shape[wide]} and cannot be squeezed.`);
    }
    return [
      withShape(
        source,
        source.shape.filter((_, axis) => !axes.includes(axis)),
      ),
    ];
  },
};

/** Axes count in the result. An input from opset 13 on, an attribute before. */
export const Unsqueeze: Operator = {
  domain: "",
  type: "Unsqueeze",
  sinceVersions: [1, 11, 13, 21],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const given = optionalIntegers(inputs, 1) ?? attributes.ints("axes");
    const rank = source.shape.length + given.length;
    const axes = new Set(normalizeAxes(given, rank));
    const old = source.shape.values();
    const shape = range(rank).map((axis) => (axes.has(axis) ? 1 : old.next().value!));
    return [withShape(source, shape)];
  },
};

import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product, range } from "./support/axes.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";
import { stridesOf } from "./support/strides.ts";

/** The grid [N, ..., axes] that an affine map [N, axes, axes + 1] makes of an image's points; see GridSample. */
export const AffineGrid: Operator = {
  domain: "",
  type: "AffineGrid",
  sinceVersions: [20],
  evaluate(inputs, attributes) {
    const theta = numericInput(inputs, 0);
    const size = Array.from(numericInput(inputs, 1).data);
    const alignsCorners = attributes.int("align_corners", 0) !== 0;
    const spatial = size.slice(2);
    const rank = spatial.length;
    if (theta.shape.length !== 3 || theta.shape[1] !== rank || theta.shape[2] !== rank + 1) {
      throw new OnnxOperatorError(`Maps of shape [${theta.shape.join(", ")}] do not fit ${rank} axes.`);
    }
    const points = product(spatial);
    const strides = stridesOf(spatial);
    const coordinate = (index: number, count: number) => {
      if (!alignsCorners) return (2 * index + 1) / count - 1;
      return count > 1 ? (2 * index) / (count - 1) - 1 : -1;
    };
    const data = new Float64Array(theta.shape[0]! * points * rank);
    for (let n = 0; n < theta.shape[0]!; n++) {
      for (let point = 0; point < points; point++) {
        // Coordinates come last axis first, and a 1 behind them carries the shift.
        const position = range(rank).map((i) => {
          const axis = rank - 1 - i;
          return coordinate(Math.floor(point / strides[axis]!) % spatial[axis]!, spatial[axis]!);
        });
        for (let i = 0; i < rank; i++) {
          const row = (n * rank + i) * (rank + 1);
          const sum = position.reduce(
            (total, x, j) => total + theta.data[row + j]! * x,
            theta.data[row + rank]!,
          );
          data[(n * points + point) * rank + i] = sum;
        }
      }
    }
    return [roundData(theta.dtype, [theta.shape[0]!, ...spatial, rank], data)];
  },
};

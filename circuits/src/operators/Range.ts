import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { numericInput, scalarOf } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** start, start + delta, ... up to but not including limit. */
export const Range: Operator = {
  domain: "",
  type: "Range",
  sinceVersions: [11],
  evaluate(inputs) {
    const first = numericInput(inputs, 0);
    const [start, limit, delta] = [0, 1, 2].map((i) => scalarOf(numericInput(inputs, i), "A bound of Range"));
    if (delta === 0) throw new OnnxOperatorError("The step of Range is zero.");
    const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
    const data = Float64Array.from({ length: count }, (_, i) => start! + i * delta!);
    return [roundData(first.dtype, [count], data)];
  },
};

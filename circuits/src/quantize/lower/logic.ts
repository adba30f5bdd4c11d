import { isFloatType } from "../../onnx/Tensor.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  add,
  affine,
  constantExpression,
  isConstant,
  type RealExpression,
  subtract,
  sumExpressions,
} from "../RealExpression.ts";
import { choose } from "../real/choose.ts";
import { isAtLeast, isEqual } from "../real/compare.ts";
import { multiply } from "../real/multiply.ts";
import { truncate } from "../real/rounding.ts";
import { broadcastInputs } from "./elementwise.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

type Binary = (
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
) => RealExpression[];

const not = (bits: readonly RealExpression[]) => affine(bits, -1, 1);

const BINARY: Record<string, Binary> = {
  And: multiply,
  Equal: isEqual,
  Greater: (quantizer, a, b) => not(isAtLeast(quantizer, b, a)),
  GreaterOrEqual: isAtLeast,
  Less: (quantizer, a, b) => not(isAtLeast(quantizer, a, b)),
  LessOrEqual: (quantizer, a, b) => isAtLeast(quantizer, b, a),
  // a + b - ab, a + b - 2ab
  Or: (quantizer, a, b) => subtract(add(a, b), multiply(quantizer, a, b)),
  Xor: (quantizer, a, b) => subtract(add(a, b), affine(multiply(quantizer, a, b), 2)),
};

export const LOGIC_OPERATORS: readonly string[] = Object.keys(BINARY);

/** Comparisons and logic of broadcast operands: results are lanes in {0, 1}. */
export const lowerLogic: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  return [{ shape, elements: BINARY[node.type]!(quantizer, operands[0]!, operands[1]!) }];
};

export const lowerNot: LoweringRule = (_quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  return [{ shape: x.shape, elements: not(x.elements) }];
};

/** condition ? a : b with a condition that depends on the input. */
export const lowerWhere: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  return [{ shape, elements: choose(quantizer, operands[0]!, operands[1]!, operands[2]!) }];
};

/** Whether numbers are 0, as casts to bool and conditions need it. */
export function isNonZero(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const symbolic = elements.filter((element) => !isConstant(element));
  const zero = isEqual(
    quantizer,
    symbolic,
    symbolic.map(() => constantExpression(0)),
  );
  let next = 0;
  return elements.map((element) =>
    isConstant(element)
      ? constantExpression(element.bias === 0 ? 0 : 1)
      : sumExpressions([[-1, zero[next++]!]], 1),
  );
}

/**
 * Between types of integers and to floats the number stays as it is; to bool it is compared with 0; from a float to an
 * integer it is truncated toward 0.
 */
export const lowerCast: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const [from, to] = [quantizer.typeOf(node.inputs[0]!).dtype, quantizer.typeOf(node.outputs[0]!).dtype];
  if (to === "bool" && from !== "bool")
    return [{ shape: x.shape, elements: isNonZero(quantizer, x.elements) }];
  if (!isFloatType(from) || isFloatType(to)) return [x];
  return [{ shape: x.shape, elements: truncate(quantizer, x.elements) }];
};

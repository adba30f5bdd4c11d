import type { Quantizer } from "../Quantizer.ts";
import { add, isConstant, type RealExpression, subtract, sumExpressions } from "../RealExpression.ts";
import { multiply } from "./multiply.ts";

/** condition ? a : b, for conditions in {0, 1}: one product each, none between constants. */
export function choose(
  quantizer: Quantizer,
  condition: readonly RealExpression[],
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const apart = subtract(a, b);
  const isLinear = apart.every((x, i) => isConstant(x) || isConstant(condition[i]!));
  if (!isLinear) return add(b, multiply(quantizer, condition, apart));
  return b.map((x, i) => {
    const [bit, difference] = [condition[i]!, apart[i]!];
    const product = isConstant(bit)
      ? sumExpressions([[bit.bias, difference]])
      : sumExpressions([[difference.bias, bit]]);
    return add([x], [product])[0]!;
  });
}

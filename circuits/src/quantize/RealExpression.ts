import type { Lane } from "../integer/IntegerOp.ts";

/**
 * A real number as an affine form of lanes: `bias + sum weights[i] * real(lanes[i])`, where real(lane) is the
 * lane's integer over 2^scale. Linear layers compose in float64 here and are rounded to integers once, where a
 * non-linear operation or an output needs them.
 */
export interface RealExpression {
  readonly lanes: readonly Lane[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** A tensor that depends on the input: one expression an element, row-major. */
export interface SymbolicTensor {
  readonly shape: readonly number[];
  readonly elements: readonly RealExpression[];
}

export function constantExpression(bias: number): RealExpression {
  return { lanes: [], weights: [], bias };
}

/** Whether the expression does not depend on the input. */
export function isConstant(expression: RealExpression): boolean {
  return expression.lanes.length === 0;
}

export function laneExpression(lane: Lane): RealExpression {
  return { lanes: [lane], weights: [1], bias: 0 };
}

/** `a - b`, element by element. */
export function subtract(a: readonly RealExpression[], b: readonly RealExpression[]): RealExpression[] {
  return a.map((x, i) =>
    sumExpressions([
      [1, x],
      [-1, b[i]!],
    ]),
  );
}

/** `a + b`, element by element. */
export function add(a: readonly RealExpression[], b: readonly RealExpression[]): RealExpression[] {
  return a.map((x, i) =>
    sumExpressions([
      [1, x],
      [1, b[i]!],
    ]),
  );
}

/** `factor * x + offset`, element by element. */
export function affine(elements: readonly RealExpression[], factor: number, offset = 0): RealExpression[] {
  return elements.map((x) => sumExpressions([[factor, x]], offset));
}

/** The sum of all elements. */
export function total(elements: readonly RealExpression[]): RealExpression {
  return sumExpressions(elements.map((x): [number, RealExpression] => [1, x]));
}

/** Sums by lane, reused by every call: a marked lane holds a sum of the current call. */
let sums = new Float64Array(1024);
let marks = new Uint32Array(1024);
let mark = 0;

function makeRoom(lane: Lane): void {
  const size = Math.max(2 * sums.length, lane + 1);
  const [largerSums, largerMarks] = [new Float64Array(size), new Uint32Array(size)];
  largerSums.set(sums);
  largerMarks.set(marks);
  [sums, marks] = [largerSums, largerMarks];
}

function nextMark(): number {
  if (mark === 0xffffffff) {
    marks.fill(0);
    mark = 0;
  }
  mark++;
  return mark;
}

/** `bias + sum factor * expression`, the lanes in the order of their first occurrence. */
export function sumExpressions(
  terms: Iterable<readonly [factor: number, expression: RealExpression]>,
  bias = 0,
): RealExpression {
  const own = nextMark();
  const touched: Lane[] = [];
  let total = bias;
  for (const [factor, expression] of terms) {
    if (factor === 0) continue;
    total += factor * expression.bias;
    const { lanes, weights } = expression;
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i]!;
      if (lane >= sums.length) makeRoom(lane);
      if (marks[lane] === own) sums[lane] = sums[lane]! + factor * weights[i]!;
      else {
        marks[lane] = own;
        sums[lane] = factor * weights[i]!;
        touched.push(lane);
      }
    }
  }
  const lanes = touched.filter((lane) => sums[lane] !== 0);
  return { lanes, weights: lanes.map((lane) => sums[lane]!), bias: total };
}

import { averageDivisors, poolGeometry } from "../../operators/pooling.ts";
import { product, range } from "../../operators/support/axes.ts";
import { Attributes, type AttributeValue } from "../Attributes.ts";
import { type NumericType, tensor } from "../Tensor.ts";
import type { DecomposedNode, Decomposition } from "./Decomposition.ts";
import type { EmittedAttributes, Emitter } from "./Emitter.ts";

function spatialAxes(emit: Emitter, x: string): number[] {
  return range(emit.shapeOf(x).length).slice(2);
}

function normOrder({ attributes, opset }: DecomposedNode): number {
  return opset < 2 ? attributes.float("p", 2) : attributes.int("p", 2);
}

/** |x|^p, without a power where p is 1 or 2. */
function absolutePower(emit: Emitter, x: string, p: number): string {
  if (p === 2) return emit.op("Mul", [x, x]);
  const absolute = emit.op("Abs", [x]);
  return p === 1 ? absolute : emit.op("Pow", [absolute, emit.scalarLike(x, p)]);
}

/** x^(1/p), without a power where p is 1 or 2. */
function root(emit: Emitter, x: string, p: number): string {
  if (p === 1) return x;
  return p === 2 ? emit.op("Sqrt", [x]) : emit.op("Pow", [x, emit.scalarLike(x, 1 / p)]);
}

const globalMaximum: Decomposition = (emit, { inputs }) => [
  emit.reduce("ReduceMax", inputs[0]!, spatialAxes(emit, inputs[0]!)),
];

const globalNorm: Decomposition = (emit, node) => {
  const [x = ""] = node.inputs;
  const p = normOrder(node);
  return [root(emit, emit.reduce("ReduceSum", absolutePower(emit, x, p), spatialAxes(emit, x)), p)];
};

/** The same window as an average pool that counts the padding, with the attributes that both take. */
function asAveragePool(attributes: Attributes): Attributes {
  const shared = ["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides"];
  const entries = [...attributes.entries].filter(([name]) => shared.includes(name));
  return new Attributes(
    new Map<string, AttributeValue>([...entries, ["count_include_pad", { kind: "int", value: 1 }]]),
  );
}

function emitted(attributes: Attributes): EmittedAttributes {
  return Object.fromEntries(
    [...attributes.entries].flatMap(([name, { kind, value }]) =>
      kind === "int" || kind === "ints" || kind === "string" ? [[name, value]] : [],
    ),
  );
}

/** Averages times how many elements each is of are sums. */
const normPool: Decomposition = (emit, node) => {
  const [x = ""] = node.inputs;
  const p = normOrder(node);
  const average = asAveragePool(node.attributes);
  const geometry = poolGeometry(emit.shapeOf(x), average);
  const averages = emit.op("AveragePool", [absolutePower(emit, x, p)], emitted(average));
  const counts = averageDivisors(geometry, average);
  const dtype = emit.example(x).dtype as NumericType;
  const factors = emit.constant(tensor(dtype, [...geometry.output], counts));
  return product(geometry.kernel) === 1
    ? [root(emit, averages, p)]
    : [root(emit, emit.op("Mul", [averages, factors]), p)];
};

/** Pools by reductions, averages and functions of one number. */
export const POOLS: Readonly<Record<string, Decomposition>> = {
  GlobalLpPool: globalNorm,
  GlobalMaxPool: globalMaximum,
  LpPool: normPool,
};

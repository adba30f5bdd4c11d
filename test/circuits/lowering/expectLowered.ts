import { type DataType, sizeOf, type Tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { buildOnnx, type NodeInput } from "../support/buildOnnx.ts";
import { expectFaithful } from "../support/expectFaithful.ts";
import { seededRandom } from "../support/onnxRuntime.ts";

/** One operator to be compiled: its inputs are ranges of numbers the model reads, or constants. */
export interface LoweringCase {
  readonly type: string;
  readonly domain?: string;
  readonly attributes?: NodeInput["attributes"];
  /** A shape is an input of the model; a tensor a constant; undefined is left out. */
  readonly inputs: readonly (readonly number[] | Tensor | undefined)[];
  readonly dtype?: DataType;
  /** Range of the model's inputs. Default [-2, 2]. */
  readonly range?: readonly [number, number];
  /** Largest absolute error. Default 0.002. */
  readonly tolerance?: number;
  /** Outputs that the node has. Default one. */
  readonly outputs?: number;
  readonly opset?: number;
}

const SAMPLES = 4;

function isTensor(input: readonly number[] | Tensor): input is Tensor {
  return "dtype" in input;
}

/**
 * Compiles a model of one node and checks it on random inputs and at both ends of the range against float semantics:
 * interpreter, witness and constraints agree, and the real numbers are close.
 */
export function expectLowered(each: LoweringCase): void {
  const [low, high] = each.range ?? [-2, 2];
  const dtype = each.dtype ?? "float32";
  const shapes = each.inputs.flatMap((input) => (input && !isTensor(input) ? [input] : []));
  const initializers = Object.fromEntries(
    each.inputs.flatMap((input, i) => (input && isTensor(input) ? [[`c${i}`, input]] : [])),
  );
  const names = each.inputs.map((input, i) => (input ? (isTensor(input) ? `c${i}` : `x${i}`) : ""));
  const outputs = Array.from({ length: each.outputs ?? 1 }, (_, i) => `y${i}`);
  const onnx = buildOnnx({
    opset: each.opset ?? 18,
    nodes: [
      {
        type: each.type,
        domain: each.domain ?? "",
        attributes: each.attributes,
        inputs: names,
        outputs,
      },
    ],
    inputs: names
      .filter((name) => name.startsWith("x"))
      .map((name, i) => ({ name, dtype, shape: shapes[i]! })),
    outputs: outputs.map((name) => ({ name })),
    initializers,
  });
  const size = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const random = seededRandom(7);
  const isWhole = dtype !== "float32";
  // Multiples of 2^-10 are exact on the input's grid, so that a comparison is the same in float.
  const value = () => {
    const x = low + random() * (high - low);
    return isWhole ? Math.round(x) : Math.round(x * 1024) / 1024;
  };
  const samples = Array.from({ length: SAMPLES }, () => Array.from({ length: size }, value));
  samples.push(new Array<number>(size).fill(low), new Array<number>(size).fill(high));
  samples.push(Array.from({ length: size }, (_, i) => (i % 2 === 0 ? low : high)));
  expectFaithful(onnx, { samples, range: [low, high], tolerance: each.tolerance ?? 0.002 });
}

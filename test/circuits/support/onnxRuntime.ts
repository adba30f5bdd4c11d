import * as ort from "onnxruntime-web";
import { roundTo } from "../../../circuits/src/onnx/roundTo.ts";
import { type DataType, type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "fatal";

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

function toRuntime(value: Tensor): ort.Tensor {
  const shape = [...value.shape];
  if (value.dtype === "string") return new ort.Tensor("string", [...value.data], shape);
  if (value.dtype === "int64") return new ort.Tensor("int64", BigInt64Array.from(value.data, BigInt), shape);
  if (value.dtype === "uint64")
    return new ort.Tensor("uint64", BigUint64Array.from(value.data, BigInt), shape);
  if (value.dtype in ARRAYS) {
    const type = value.dtype as keyof typeof ARRAYS;
    return new ort.Tensor(type, ARRAYS[type].from(value.data) as Float32Array, shape);
  }
  throw new Error(`ONNX Runtime's JavaScript interface takes no ${value.dtype} here.`);
}

function fromRuntime(value: ort.Tensor): Tensor {
  const shape = [...value.dims];
  if (value.type === "string") return { dtype: "string", shape, data: value.data as string[] };
  const data = Float64Array.from(value.data as ArrayLike<number | bigint>, Number);
  return tensor(value.type as Exclude<DataType, "string">, shape, data);
}

/** Runs a model in ONNX Runtime (its WebAssembly build, one thread) and returns the outputs by name. */
export async function runOnnxRuntime(
  model: Uint8Array,
  inputs: ReadonlyMap<string, Tensor>,
  optimization: "all" | "disabled" = "disabled",
): Promise<Map<string, Tensor>> {
  const session = await ort.InferenceSession.create(model, {
    graphOptimizationLevel: optimization,
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  });
  try {
    const feeds = Object.fromEntries([...inputs].map(([name, value]) => [name, toRuntime(value)]));
    const results = await session.run(feeds);
    return new Map(session.outputNames.map((name) => [name, fromRuntime(results[name]!)]));
  } finally {
    await session.release();
  }
}

/** A seeded source of test data: mulberry32, uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A float32 tensor of values uniform in [low, high). */
export function randomTensor(random: () => number, shape: readonly number[], low = -2, high = 2): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const round = roundTo("float32");
  return tensor(
    "float32",
    shape,
    Float64Array.from({ length: size }, () => round(low + random() * (high - low))),
  );
}

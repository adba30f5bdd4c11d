import { decodeTensor, encodeInput } from "../artifact/encodeInput.ts";
import type { CompiledModel } from "../compileModel.ts";
import { LaneRangeError, QuantizationError } from "../errors.ts";
import type { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { IntegerOp } from "../integer/IntegerOp.ts";
import { interpret } from "../integer/interpret.ts";
import { outputsOf, run } from "../onnx/run.ts";
import { sizeOf } from "../onnx/Tensor.ts";
import { type Sample, sampleTensors } from "../quantize/calibrate.ts";
import type { ErrorBand, Fidelity, OutputFidelity, TensorRange } from "./FidelityReport.ts";

/** What running a compiled model on samples shows. */
export interface FidelityMeasurement {
  readonly fidelity: Fidelity;
  readonly tensors: readonly TensorRange[];
}

/** Float and integer values of one output, sample after sample. */
interface OutputPairs {
  readonly name: string;
  readonly float: (readonly number[])[];
  readonly integer: (readonly number[])[];
}

/** Upper ends of the histogram's bands of relative error: decades, from what float32 itself resolves. */
const BANDS = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/**
 * Runs a compiled model on `samples`, in integers and in float. `isBinary`: a single output value is the probability
 * of the second of two classes.
 * @throws QuantizationError when no sample lies in the declared input range.
 */
export function measureFidelity(
  { float, quantized, circuit }: CompiledModel,
  samples: readonly Sample[],
  { isBinary = false, onProgress }: { isBinary?: boolean; onProgress?: (done: number) => void } = {},
): FidelityMeasurement {
  const outputs = quantized.outputs.map(({ name }): OutputPairs => ({ name, float: [], integer: [] }));
  const ranges = new ObservedRanges(quantized.graph);
  let outOfRange = 0;
  for (const [index, sample] of samples.entries()) {
    onProgress?.(index / samples.length);
    let integers: bigint[];
    try {
      integers = encodeInput(sample, circuit.input);
    } catch (error) {
      if (!(error instanceof LaneRangeError)) throw error;
      outOfRange++;
      continue;
    }
    const lanes = interpret(quantized.graph, integers);
    ranges.add(lanes);
    const decoded = decodeTensor(
      quantized.outputLanes.map((lane) => lanes[lane]!),
      circuit.output,
    );
    const reference = outputsOf(float, run(float, sampleTensors(float, sample)));
    for (const [i, { name, shape, offset }] of quantized.outputs.entries()) {
      outputs[i]!.float.push(Array.from(reference.get(name)!.data as Iterable<number>, Number));
      outputs[i]!.integer.push(decoded.slice(offset, offset + sizeOf(shape)));
    }
  }
  if (outOfRange === samples.length) {
    throw new QuantizationError(
      `none of the ${samples.length} samples lies in the declared input range: declare a wider one`,
    );
  }
  return {
    fidelity: { samples: samples.length - outOfRange, outOfRange, ...summarize(outputs, isBinary) },
    tensors: ranges.tensors(),
  };
}

function summarize(
  outputs: readonly OutputPairs[],
  isBinary: boolean,
): Omit<Fidelity, "samples" | "outOfRange"> {
  let [sum, count] = [0, 0];
  const counts = new Array<number>(BANDS.length + 1).fill(0);
  const each = outputs.map((output): OutputFidelity => {
    const largest = output.float.flat().reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
    let worst = 0;
    for (const [k, floats] of output.float.entries()) {
      for (const [i, x] of floats.entries()) {
        const error = Math.abs(x - output.integer[k]![i]!);
        worst = Math.max(worst, error);
        sum += error;
        count++;
        const band = BANDS.findIndex((below) => error / largest < below);
        counts[band < 0 ? BANDS.length : band]!++;
      }
    }
    const top1Agreement = agreement(output, isBinary);
    return {
      name: output.name,
      maxAbsError: worst,
      maxRelError: worst / largest,
      ...(top1Agreement === undefined ? {} : { top1Agreement }),
    };
  });
  const agreements = each.flatMap((output) => output.top1Agreement ?? []);
  return {
    maxAbsError: Math.max(...each.map((output) => output.maxAbsError)),
    maxRelError: Math.max(...each.map((output) => output.maxRelError)),
    meanAbsError: sum / count,
    ...(agreements.length > 0 ? { top1Agreement: Math.min(...agreements) } : {}),
    outputs: each,
    histogram: counts.map((n, i): ErrorBand => ({ below: BANDS[i] ?? null, count: n })),
  };
}

/** Part of the samples whose class is the same; undefined where a single value names no class. */
function agreement({ float, integer }: OutputPairs, isBinary: boolean): number | undefined {
  const isSingle = float[0]!.length < 2;
  if (isSingle && !isBinary) return undefined;
  const classOf = (values: readonly number[]) =>
    isSingle ? Number(values[0]! > 0.5) : values.indexOf(Math.max(...values));
  const same = float.filter((values, k) => classOf(values) === classOf(integer[k]!));
  return same.length / float.length;
}

/** Largest magnitude of each layer's result over samples, beside the bound that interval arithmetic gives. */
class ObservedRanges {
  readonly #graph: IntegerGraph;
  readonly #results: { op: IntegerOp; end: number; most: bigint }[];

  constructor(graph: IntegerGraph) {
    this.#graph = graph;
    const last = new Map<string, { op: IntegerOp; end: number; most: bigint }>();
    for (const [i, op] of graph.ops.entries()) {
      last.set(op.layer, { op, end: graph.ops[i + 1]?.first ?? graph.laneCount, most: 0n });
    }
    this.#results = [...last.values()];
  }

  add(lanes: readonly bigint[]): void {
    for (const result of this.#results) {
      for (let lane = result.op.first; lane < result.end; lane++) {
        result.most = larger(result.most, magnitude(lanes[lane]!));
      }
    }
  }

  tensors(): TensorRange[] {
    return this.#results.map(({ op, end, most }) => {
      let bound = 0n;
      for (let lane = op.first; lane < end; lane++) {
        bound = larger(bound, larger(magnitude(this.#graph.lo(lane)), magnitude(this.#graph.hi(lane))));
      }
      return {
        layer: op.layer,
        lanes: end - op.first,
        observedBits: bitsOf(most),
        boundBits: bitsOf(bound),
      };
    });
  }
}

function magnitude(x: bigint): bigint {
  return x < 0n ? -x : x;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function bitsOf(x: bigint): number {
  return x === 0n ? 0 : x.toString(2).length;
}

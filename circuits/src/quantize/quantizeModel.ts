import { type CircuitError, QuantizationError } from "../errors.ts";
import type { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { InputRange, Lane } from "../integer/IntegerOp.ts";
import type { PreparedGraph } from "../onnx/PreparedGraph.ts";
import { isFloatType, sizeOf } from "../onnx/Tensor.ts";
import type { CalibratedExtremes } from "./CalibrationRecord.ts";
import type { Sample } from "./calibrate.ts";
import { declareInputs, type InputDeclaration, type InputLanes } from "./declareInputs.ts";
import type { LoweredInput } from "./lower/LoweringRule.ts";
import { ruleFor } from "./lower/rules.ts";
import { DEFAULT_QUANTIZATION, type QuantizationOptions } from "./QuantizationOptions.ts";
import { Quantizer } from "./Quantizer.ts";
import { constantExpression, laneExpression, type SymbolicTensor } from "./RealExpression.ts";
import { narrowDistinct, widthOf } from "./real/multiply.ts";
import { scaledInteger } from "./scaledInteger.ts";

/** One output tensor of a quantised model: a run of the model's output lanes. */
export interface QuantizedOutput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Position of its first element among the model's output lanes. */
  readonly offset: number;
}

/** A model in integers: what `interpret` runs and `buildCircuit` constrains. */
export interface QuantizedModel {
  readonly graph: IntegerGraph;
  readonly inputs: InputLanes;
  readonly outputs: readonly QuantizedOutput[];
  /** All output lanes, output after output, and their scales. */
  readonly outputLanes: readonly Lane[];
  readonly outputScales: readonly number[];
  /** What was taken from the calibration: give it as `calibrated` to make this model again without the samples. */
  readonly calibrated: CalibratedExtremes;
}

export interface QuantizeOptions extends Partial<QuantizationOptions> {
  /** Representative inputs; they set scales, never bounds: every input in the declared range can be proved. */
  readonly calibration: readonly Sample[];
  /** What an earlier run took from its calibration; the samples are then not used and may be none. */
  readonly calibrated?: CalibratedExtremes;
  readonly input: InputDeclaration;
  /** Names of the outputs to keep, in this order. Default: all. */
  readonly outputs?: readonly string[];
}

/** Brings a prepared model to integers. Throws {@link CircuitError}s that name the node and the remedy. */
export function quantizeModel(model: PreparedGraph, options: QuantizeOptions): QuantizedModel {
  const quantizer = new Quantizer(
    { ...DEFAULT_QUANTIZATION, ...definedOptions(options) },
    model.values,
    options.calibrated,
  );
  const count = model.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const isInteger = model.inputs.flatMap(({ dtype, shape }) =>
    new Array<boolean>(sizeOf(shape)).fill(!isFloatType(dtype)),
  );
  const inputs = declareInputs(count, options.input, isInteger);
  const values = lowerInputs(quantizer, model, inputs, options.calibrated ? undefined : options.calibration);
  for (const node of model.nodes) lowerNode(quantizer, node, values);
  const shown = lowerOutputs(quantizer, model, values, options.outputs);
  return { graph: quantizer.graph, inputs, ...shown, calibrated: quantizer.finishCalibration() };
}

function definedOptions(options: Partial<QuantizationOptions>): Partial<QuantizationOptions> {
  const { activationBits, outputBits, functionTolerance } = options;
  const entries = Object.entries({ activationBits, outputBits, functionTolerance });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

type Values = Map<string, LoweredInput>;

/** The most calibration samples that are followed through the integers, spread evenly over those given. */
const FOLLOWED_SAMPLES = 16;

function lowerInputs(
  quantizer: Quantizer,
  model: PreparedGraph,
  { ranges, scales }: InputLanes,
  calibration: readonly Sample[] | undefined,
): Values {
  const values: Values = new Map();
  for (const [name, tensor] of model.constants) {
    if (tensor.dtype !== "string") values.set(name, { kind: "constant", tensor });
  }
  const lanes = quantizer.graph.inLayer("input", () => quantizer.graph.input(ranges));
  const followed = calibration ? followedSamples(calibration, ranges, scales) : [];
  quantizer.describeInputs(lanes, scales, followed);
  let used = 0;
  for (const { name, shape } of model.inputs) {
    const size = sizeOf(shape);
    const elements = lanes.slice(used, used + size).map(laneExpression);
    values.set(name, { kind: "symbolic", tensor: { shape, elements } });
    used += size;
  }
  return values;
}

/** The integers of some samples, held in range. */
function followedSamples(
  calibration: readonly Sample[],
  ranges: readonly InputRange[],
  scales: readonly number[],
): bigint[][] {
  if (calibration.length === 0) throw new QuantizationError("calibration needs at least one sample");
  const count = Math.min(FOLLOWED_SAMPLES, calibration.length);
  return Array.from({ length: count }, (_, k) => {
    const sample = calibration[Math.floor((k * calibration.length) / count)]!;
    if (sample.length !== ranges.length) {
      throw new QuantizationError(
        `a sample has ${sample.length} values, the model's inputs take ${ranges.length}`,
      );
    }
    return ranges.map(({ bits, minimum }, i) => {
      const integer = scaledInteger(sample[i]!, scales[i]!);
      const maximum = minimum + (1n << BigInt(bits)) - 1n;
      return integer < minimum ? minimum : integer > maximum ? maximum : integer;
    });
  });
}

function lowerNode(quantizer: Quantizer, node: PreparedGraph["nodes"][number], values: Values): void {
  const inputs = node.inputs.map((name) =>
    shortestInput(quantizer, name === "" ? undefined : values.get(name)),
  );
  const made = quantizer.graph.inLayer(node.name, () => ruleFor(node, inputs)(quantizer, node, inputs));
  for (const [i, name] of node.outputs.entries()) {
    if (name !== "" && made[i]) values.set(name, { kind: "symbolic", tensor: made[i] });
  }
}

function shortestInput(quantizer: Quantizer, input: LoweredInput): LoweredInput {
  if (input?.kind !== "symbolic") return input;
  const elements = quantizer.shortest(input.tensor.elements);
  return elements === input.tensor.elements
    ? input
    : { kind: "symbolic", tensor: { ...input.tensor, elements } };
}

function lowerOutputs(
  quantizer: Quantizer,
  model: PreparedGraph,
  values: Values,
  wanted: readonly string[] = model.outputs.map(({ name }) => name),
): Pick<QuantizedModel, "outputs" | "outputLanes" | "outputScales"> {
  const shown = model.outputs.filter(({ name }) => wanted.includes(name));
  if (shown.length > 0 && shown.every(({ value }) => values.get(value)?.kind === "constant")) {
    throw new QuantizationError(
      `no output (${wanted.join(", ")}) depends on the input: there is nothing to prove`,
    );
  }
  const outputs: QuantizedOutput[] = [];
  const outputLanes: Lane[] = [];
  for (const name of wanted) {
    const value = model.outputs.find((output) => output.name === name)?.value;
    if (value === undefined) {
      const names = model.outputs.map((output) => output.name).join(", ");
      throw new QuantizationError(`the model has no output "${name}"; it has ${names}`);
    }
    const tensor = outputTensor(name, values.get(value));
    outputs.push({ name, shape: tensor.shape, offset: outputLanes.length });
    for (const lane of quantizer.graph.inLayer("output", () => outputLanesOf(quantizer, tensor))) {
      outputLanes.push(lane);
    }
  }
  return { outputs, outputLanes, outputScales: outputLanes.map((lane) => quantizer.scale(lane)) };
}

/** An output's elements; a constant output is shown beside those that depend on the input. */
function outputTensor(name: string, value: LoweredInput): SymbolicTensor {
  if (!value) {
    throw new QuantizationError(
      `output "${name}" holds strings: only numbers can be proved, keep another output`,
    );
  }
  if (value.kind === "symbolic") return value.tensor;
  return { shape: value.tensor.shape, elements: Array.from(value.tensor.data, constantExpression) };
}

/** Widest output lane that is left as it is; beyond it the output is rounded to `outputBits`. */
const WIDEST_OUTPUT = 64;

/** An output that is already lanes stays; affine ones are rounded finely, which costs nothing. */
function outputLanesOf(quantizer: Quantizer, { elements }: SymbolicTensor): Lane[] {
  const { outputBits } = quantizer.options;
  const fine = quantizer.accumulateBits(elements, outputBits);
  const isWide = widthOf(quantizer, fine.lanes) >= WIDEST_OUTPUT;
  return [...(isWide ? narrowDistinct(quantizer, fine, outputBits) : fine).lanes];
}

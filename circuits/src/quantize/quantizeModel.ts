import { type CircuitError, QuantizationError } from "../errors.ts";
import type { IntegerGraph, Lane } from "../integer/IntegerGraph.ts";
import type { PreparedGraph } from "../onnx/PreparedGraph.ts";
import { sizeOf } from "../onnx/Tensor.ts";
import { calibrate, type Sample } from "./calibrate.ts";
import { declareInputs, type InputDeclaration, type InputLanes } from "./declareInputs.ts";
import { comparableLanes } from "./lower/argmax.ts";
import type { LoweredInput } from "./lower/LoweringRule.ts";
import { ruleFor } from "./lower/rules.ts";
import { DEFAULT_QUANTIZATION, type QuantizationOptions } from "./QuantizationOptions.ts";
import { Quantizer } from "./Quantizer.ts";
import { laneExpression, type SymbolicTensor } from "./RealExpression.ts";

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
}

export interface QuantizeOptions extends Partial<QuantizationOptions> {
  /** Representative inputs; they set scales, never bounds: every input in the declared range can be proved. */
  readonly calibration: readonly Sample[];
  readonly input: InputDeclaration;
  /** Names of the outputs to keep, in this order. Default: all. */
  readonly outputs?: readonly string[];
}

/** Brings a prepared model to integers. Throws {@link CircuitError}s that name the node and the remedy. */
export function quantizeModel(model: PreparedGraph, options: QuantizeOptions): QuantizedModel {
  const quantizer = new Quantizer(
    { ...DEFAULT_QUANTIZATION, ...definedOptions(options) },
    model.values,
    calibrate(model, options.calibration),
  );
  const count = model.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const inputs = declareInputs(count, options.input);
  const values = lowerInputs(quantizer, model, inputs);
  for (const node of model.nodes) lowerNode(quantizer, node, values);
  return { graph: quantizer.graph, inputs, ...lowerOutputs(quantizer, model, values, options.outputs) };
}

function definedOptions(options: Partial<QuantizationOptions>): Partial<QuantizationOptions> {
  const { activationBits, outputBits, functionTolerance } = options;
  const entries = Object.entries({ activationBits, outputBits, functionTolerance });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

type Values = Map<string, LoweredInput>;

function lowerInputs(
  quantizer: Quantizer,
  model: PreparedGraph,
  { bits, isSigned, scales }: InputLanes,
): Values {
  const values: Values = new Map();
  for (const [name, tensor] of model.constants) {
    if (tensor.dtype !== "string") values.set(name, { kind: "constant", tensor });
  }
  const minimum = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  const lanes = quantizer.graph.inLayer("input", () => quantizer.graph.input(scales.length, bits, minimum));
  for (const [i, lane] of lanes.entries()) {
    quantizer.describe([lane], scales[i]!, 2 ** (bits - (isSigned ? 1 : 0) - scales[i]!));
  }
  let used = 0;
  for (const { name, shape } of model.inputs) {
    const size = sizeOf(shape);
    const elements = lanes.slice(used, used + size).map(laneExpression);
    values.set(name, { kind: "symbolic", tensor: { shape, elements } });
    used += size;
  }
  return values;
}

function lowerNode(quantizer: Quantizer, node: PreparedGraph["nodes"][number], values: Values): void {
  const inputs = node.inputs.map((name) => (name === "" ? undefined : values.get(name)));
  const made = quantizer.graph.inLayer(node.name, () => ruleFor(node, inputs)(quantizer, node, inputs));
  for (const [i, name] of node.outputs.entries()) {
    if (name !== "" && made[i]) values.set(name, { kind: "symbolic", tensor: made[i] });
  }
}

function lowerOutputs(
  quantizer: Quantizer,
  model: PreparedGraph,
  values: Values,
  wanted: readonly string[] = model.outputs.map(({ name }) => name),
): Pick<QuantizedModel, "outputs" | "outputLanes" | "outputScales"> {
  const outputs: QuantizedOutput[] = [];
  const outputLanes: Lane[] = [];
  for (const name of wanted) {
    const value = model.outputs.find((output) => output.name === name)?.value;
    if (value === undefined) {
      const names = model.outputs.map((output) => output.name).join(", ");
      throw new QuantizationError(`the model has no output "${name}"; it has ${names}`);
    }
    const lowered = values.get(value);
    if (lowered?.kind !== "symbolic") {
      throw new QuantizationError(
        `output "${name}" does not depend on the input: there is nothing to prove about it`,
      );
    }
    outputs.push({ name, shape: lowered.tensor.shape, offset: outputLanes.length });
    outputLanes.push(
      ...quantizer.graph.inLayer("output", () => outputLanesOf(quantizer, lowered.tensor, value)),
    );
  }
  return { outputs, outputLanes, outputScales: outputLanes.map((lane) => quantizer.scale(lane)) };
}

/** An output that is already lanes stays; affine ones are rounded finely, which costs nothing. */
function outputLanesOf(quantizer: Quantizer, tensor: SymbolicTensor, value: string): Lane[] {
  const isIntegral = tensor.elements.every(({ lanes, weights, bias }) => {
    return (
      lanes.every((lane, i) => quantizer.scale(lane) === 0 && Number.isInteger(weights[i])) &&
      Number.isInteger(bias)
    );
  });
  if (isIntegral) return quantizer.lanesAt(tensor.elements, 0, quantizer.calibratedMagnitude(value));
  return comparableLanes(quantizer, tensor, value);
}

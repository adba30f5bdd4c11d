import type { Attributes } from "../onnx/Attributes.ts";
import type { Tensor } from "../onnx/Tensor.ts";

/** What an operator may ask about the node it is evaluated for, beyond inputs and attributes. */
export interface OperatorContext {
  /** Version of the operator set of the operator's domain that the model imports. */
  readonly opset: number;
  /** Number of outputs the node declares, trailing ones included even if unused. */
  readonly outputCount: number;
}

/** An input is undefined where an optional one is left out. */
export type OperatorInputs = readonly (Tensor | undefined)[];

/**
 * The float semantics of one ONNX operator: all its versions, as ONNX's operator specification defines them.
 *
 * `evaluate` computes in float64 and rounds each output once to its element type, so a float32 result is at least as
 * close to the real-number value as that of a float32 runtime. It is a pure function; it never changes its inputs.
 */
export interface Operator {
  /** Empty for the default domain. */
  readonly domain: string;
  readonly type: string;
  /** The operator-set versions at which its definition changed, ascending; nodes of a later version follow the last. */
  readonly sinceVersions: readonly number[];
  /**
   * Set for operators that only move data: every output element is a copy of an element of one of these inputs
   * (`"all"`: of any input) or a constant, whatever the values are. So evaluating it on element numbers gives the map.
   * A function where that hangs on the attributes.
   */
  readonly moves?: readonly number[] | "all" | ((attributes: Attributes) => readonly number[] | undefined);
  /** Set when the outputs depend on the shapes of the inputs alone, never on their values. */
  readonly readsOnlyShapes?: true;
  evaluate(inputs: OperatorInputs, attributes: Attributes, context: OperatorContext): Tensor[];
}

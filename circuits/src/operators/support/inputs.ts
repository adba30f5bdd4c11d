import { OnnxOperatorError } from "../../onnx/errors.ts";
import { isNumeric, type NumericTensor, type Tensor } from "../../onnx/Tensor.ts";
import type { OperatorInputs } from "../Operator.ts";

/** The input at a position, which the operator requires. */
export function anyInput(inputs: OperatorInputs, position: number): Tensor {
  const found = inputs[position];
  if (found === undefined) throw new OnnxOperatorError(`Input ${position} is missing.`);
  return found;
}

/** The required input at a position, which must hold numbers. */
export function numericInput(inputs: OperatorInputs, position: number): NumericTensor {
  return asNumeric(anyInput(inputs, position), position);
}

/** The optional input at a position, which must hold numbers where it is given. */
export function optionalInput(inputs: OperatorInputs, position: number): NumericTensor | undefined {
  const found = inputs[position];
  return found === undefined ? undefined : asNumeric(found, position);
}

/** All inputs of a variadic operator, which must hold numbers. */
export function numericInputs(inputs: OperatorInputs): NumericTensor[] {
  return inputs.map((_, position) => numericInput(inputs, position));
}

/** The elements of an optional input of integers (axes, shapes, sizes), or undefined. */
export function optionalIntegers(inputs: OperatorInputs, position: number): number[] | undefined {
  const found = optionalInput(inputs, position);
  return found === undefined ? undefined : Array.from(found.data);
}

/** The single element of a tensor that stands for a scalar: shape [] or [1]. */
export function scalarOf(value: NumericTensor, what: string): number {
  if (value.data.length !== 1) {
    throw new OnnxOperatorError(`${what} must be one number, it has shape [${value.shape.join(", ")}].`);
  }
  return value.data[0]!;
}

function asNumeric(value: Tensor, position: number): NumericTensor {
  if (!isNumeric(value)) throw new OnnxOperatorError(`Input ${position} holds strings; numbers are needed.`);
  return value;
}

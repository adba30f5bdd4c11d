import { roundTo } from "../../onnx/roundTo.ts";
import { type NumericTensor, type NumericType, tensor } from "../../onnx/Tensor.ts";

/** A tensor of float64 results, each rounded to a value of `dtype`; the array is taken over and changed. */
export function roundData(dtype: NumericType, shape: readonly number[], data: Float64Array): NumericTensor {
  if (dtype !== "float64") {
    const round = roundTo(dtype);
    for (let i = 0; i < data.length; i++) data[i] = round(data[i]!);
  }
  return tensor(dtype, shape, data);
}

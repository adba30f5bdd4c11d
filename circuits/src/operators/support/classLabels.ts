import type { Attributes } from "../../onnx/Attributes.ts";
import { stringTensor, type Tensor, tensor } from "../../onnx/Tensor.ts";

/** The class labels of an ONNX-ML classifier: strings or integers, in the order of the scores. */
export type ClassLabels = readonly string[] | readonly number[];

/** Reads `<prefix>_strings` or `<prefix>_int64s` / `<prefix>_ints`; empty where the model has none. */
export function classLabelsOf(attributes: Attributes, integersName: string): ClassLabels {
  const strings = attributes.strings("classlabels_strings", []);
  return strings.length > 0 ? strings : attributes.ints(integersName, []);
}

/** The vector of the chosen labels. */
export function labelTensor(labels: ClassLabels, chosen: readonly number[]): Tensor {
  if (typeof labels[0] === "string") {
    return stringTensor(
      [chosen.length],
      chosen.map((index) => labels[index] as string),
    );
  }
  return tensor(
    "int64",
    [chosen.length],
    chosen.map((index) => (labels[index] as number | undefined) ?? index),
  );
}

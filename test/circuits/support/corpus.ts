import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { roundTo } from "../../../circuits/src/onnx/roundTo.ts";
import { stringTensor, type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";

/** A network of a corpus folder with its sample inputs. */
export interface CorpusNetwork {
  readonly model: Uint8Array;
  readonly inputs: ReadonlyMap<string, Tensor>;
}

/** The names of the networks in a folder of the shape `NAME/network.onnx`, `NAME/input.json`. */
export function corpusNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "network.onnx")))
    .sort();
}

/** Reads a network and the values of `input_data`, one list for each input in the model's order. */
export function readCorpusNetwork(folder: string, name: string): CorpusNetwork {
  const model = readFileSync(join(folder, name, "network.onnx"));
  const { input_data: data } = JSON.parse(readFileSync(join(folder, name, "input.json"), "utf8")) as {
    input_data: unknown[][];
  };
  const inputs = prepare(model).inputs.map(({ name: input, dtype, shape }, i): [string, Tensor] => {
    const values = data[i]!.flat(Infinity);
    if (dtype === "string") return [input, stringTensor(shape, values.map(String))];
    return [input, tensor(dtype, shape, values.map(Number).map(roundTo(dtype)))];
  });
  return { model, inputs: new Map(inputs) };
}

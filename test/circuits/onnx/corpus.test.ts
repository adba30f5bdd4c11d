import { expect } from "chai";
import onnxProto from "onnx-proto";

import type { PreparedGraph } from "../../../circuits/src/onnx/PreparedGraph.ts";
import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { run } from "../../../circuits/src/onnx/run.ts";
import { corpusNames, readCorpusNetwork } from "../support/corpus.ts";
import { largestError } from "../support/expectAgreement.ts";
import { runOnnxRuntime } from "../support/onnxRuntime.ts";

const FOLDER = process.env.OPG_CORPUS;

/** Relative to the larger of 1 and the value; deep networks add up float32 errors of the runtime. */
const TOLERANCE = 1e-5;

/** Large networks of the corpus take seconds on a slow machine. */
const TIMEOUT_MS = 60_000;

// Equal took no floats before opset 11, but exporters wrote it and EZKL runs it: the referee gets such a model declared
// as opset 11, which changes nothing else in it.
const FIRST_OPSET_WITH_FLOAT_EQUAL = 11;

/** The same model with all values that survive preparation as outputs, so that the referee shows them. */
function showingAllValues(model: Uint8Array, graph: PreparedGraph): Uint8Array {
  const proto = onnxProto.onnx.ModelProto.decode(model);
  const shown = new Set(proto.graph!.output!.map(({ name }) => name));
  const made = new Set(proto.graph!.node!.flatMap(({ output }) => output ?? []));
  for (const { outputs } of graph.nodes) {
    for (const name of outputs) {
      if (name !== "" && made.has(name) && !shown.has(name)) proto.graph!.output!.push({ name });
    }
  }
  const hasEqual = proto.graph!.node!.some(({ opType }) => opType === "Equal");
  for (const opset of proto.opsetImport) {
    if (!opset.domain && hasEqual && Number(opset.version) < FIRST_OPSET_WITH_FLOAT_EQUAL) {
      opset.version = FIRST_OPSET_WITH_FLOAT_EQUAL;
    }
  }
  return onnxProto.onnx.ModelProto.encode(proto).finish();
}

describe("every value of every network of a corpus against ONNX Runtime", () => {
  if (FOLDER === undefined) {
    it("pending: set OPG_CORPUS to a folder of NAME/network.onnx and NAME/input.json to run this");
    return;
  }
  for (const name of corpusNames(FOLDER)) {
    it(name, async () => {
      const { model, inputs } = readCorpusNetwork(FOLDER, name);
      const graph = prepare(model, { examples: inputs });
      const values = run(graph, inputs);
      const expected = await runOnnxRuntime(showingAllValues(model, graph), inputs);
      const aliases = new Map(graph.outputs.map((output) => [output.name, output.value]));
      for (const [value, wanted] of expected) {
        const actual = values.get(aliases.get(value) ?? value)!;
        expect(largestError(actual, wanted, value), `error of "${value}"`).to.be.at.most(TOLERANCE);
      }
    }).timeout(TIMEOUT_MS);
  }
});

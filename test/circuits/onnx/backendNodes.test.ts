import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import onnxProto from "onnx-proto";

import { decode } from "../../../circuits/src/onnx/decode.ts";
import { decodeTensor } from "../../../circuits/src/onnx/decodeTensor.ts";
import { OnnxError, OnnxNodeError } from "../../../circuits/src/onnx/errors.ts";
import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import type { Tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { largestError } from "../support/expectAgreement.ts";

// The node tests of the ONNX project are data in the Python package `onnx`, below backend/test/data/node.
const FOLDER = process.env.OPG_ONNX_NODE_TESTS;

const TOLERANCES: Partial<Record<Tensor["dtype"], number>> = { float16: 2e-3, bfloat16: 2e-2 };
const TOLERANCE = 1e-4;

const TIMEOUT_MS = 300_000;

/** Cases whose expected values contradict ONNX Runtime, with which we agree. */
const CONTRADICTED = new Set([
  // Expects results that are out of range to wrap around; the operator saturates.
  "test_qlinearmatmul_2D_int8_float16",
  "test_qlinearmatmul_2D_int8_float32",
  "test_qlinearmatmul_3D_int8_float16",
  "test_qlinearmatmul_3D_int8_float32",
  // Divides by the padding beyond the padded size too.
  "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True",
  // Aligns corners with an output size that is no whole number.
  "test_resize_downsample_scales_cubic_align_corners",
  "test_resize_downsample_scales_linear_align_corners",
  // Declares bfloat16 and stores uint16.
  "test_cast_BFLOAT16_to_FLOAT",
  "test_cast_FLOAT_to_BFLOAT16",
  "test_castlike_BFLOAT16_to_FLOAT",
  "test_castlike_BFLOAT16_to_FLOAT_expanded",
  "test_castlike_FLOAT_to_BFLOAT16",
  "test_castlike_FLOAT_to_BFLOAT16_expanded",
]);

function readTensor(path: string): Tensor | undefined {
  if (!existsSync(path)) return undefined;
  return decodeTensor(onnxProto.onnx.TensorProto.decode(readFileSync(path)));
}

/** Runs one case on all its data sets. Throws an AssertionError for a wrong result, an OnnxError for a refusal. */
function runCase(folder: string): void {
  const graph = decode(readFileSync(join(folder, "model.onnx")));
  for (const set of readdirSync(folder).filter((name) => name.startsWith("test_data_set"))) {
    const read = (kind: string, i: number) => readTensor(join(folder, set, `${kind}_${i}.pb`));
    const inputs = new Map(
      graph.inputs.flatMap(({ name }, i): [string, Tensor][] => {
        const value = read("input", i);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const prepared = prepare(graph, { examples: inputs });
    [...outputsOf(prepared, run(prepared, inputs))].forEach(([name, actual], i) => {
      const error = largestError(actual, read("output", i)!, name);
      expect(error, name).to.be.at.most(TOLERANCES[actual.dtype] ?? TOLERANCE);
    });
  }
}

describe("the ONNX project's own node tests", () => {
  if (FOLDER === undefined) {
    it("pending: set OPG_ONNX_NODE_TESTS to backend/test/data/node of the Python package onnx to run this");
    return;
  }
  it("are all either met or refused by name", function () {
    const wrong: string[] = [];
    let agreed = 0;
    let refused = 0;
    for (const name of readdirSync(FOLDER).filter((each) => existsSync(join(FOLDER, each, "model.onnx")))) {
      try {
        runCase(join(FOLDER, name));
        agreed++;
      } catch (error) {
        const isRefusal =
          error instanceof OnnxNodeError ? error.cause instanceof OnnxError : error instanceof OnnxError;
        if (isRefusal) refused++;
        else if (!CONTRADICTED.has(name))
          wrong.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    this.test!.title += ` (${agreed} met, ${refused} refused)`;
    expect(wrong).to.deep.equal([]);
  }).timeout(TIMEOUT_MS);
});

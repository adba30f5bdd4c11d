import { expect } from "chai";

import {
  OnnxGraphError,
  OnnxInputError,
  OnnxNodeError,
  OnnxUnknownDimensionError,
  OnnxUnsupportedOperatorError,
  OnnxUnsupportedTypeError,
} from "../../../circuits/src/onnx/errors.ts";
import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { model, row, scalar, types, Y } from "../support/smallModels.ts";

describe("fixing shapes", () => {
  const relu = (shape: (number | string)[]) =>
    model({
      nodes: [{ type: "Relu", inputs: ["x"], outputs: ["y"] }],
      inputs: [{ name: "x", dtype: "float32", shape }],
    });

  it("takes an open first dimension as a batch of 1, also where its symbol recurs", () => {
    const graph = prepare(relu(["n", 3, "n"]));
    expect(graph.inputs).to.deep.equal([{ name: "x", dtype: "float32", shape: [1, 3, 1] }]);
    expect(graph.values.get("y")).to.deep.equal({ dtype: "float32", shape: [1, 3, 1] });
    expect(prepare(relu([0, 3])).inputs[0]!.shape).to.deep.equal([1, 3]);
  });

  it("takes sizes by symbol, shapes by input, and the shapes of examples", () => {
    expect(prepare(relu(["n", "steps"]), { dimensions: { steps: 7 } }).inputs[0]!.shape).to.deep.equal([
      1, 7,
    ]);
    expect(prepare(relu(["n", "steps"]), { shapes: { x: [2, 5] } }).inputs[0]!.shape).to.deep.equal([2, 5]);
    const examples = new Map([["x", row(1, 2)]]);
    expect(prepare(relu(["n", "steps"]), { examples }).inputs[0]!.shape).to.deep.equal([1, 2]);
  });

  it("refuses any other open dimension, naming input and dimension", () => {
    expect(() => prepare(relu(["n", 3, "steps"]))).to.throw(
      OnnxUnknownDimensionError,
      "dimension 2 (steps) open",
    );
    const shapeless = model({ inputs: [{ name: "x", dtype: "float32" }] });
    expect(() => prepare(shapeless)).to.throw(OnnxUnknownDimensionError, "no shape at all");
  });

  it("refuses shapes that contradict the model, and inputs that are no tensors", () => {
    expect(() => prepare(relu(["n", 3]), { shapes: { x: [1, 4] } })).to.throw(OnnxInputError, "does not fit");
    expect(() => prepare(model({ inputs: [{ name: "x" }] }))).to.throw(OnnxUnsupportedTypeError, '"x"');
  });

  it("refuses an example of another element type", () => {
    const examples = new Map([["x", tensor("int64", [1, 3], [1, 2, 3])]]);
    expect(() => prepare(relu(["n", 3]), { examples })).to.throw(OnnxInputError, "holds float32");
  });
});

describe("folding and removing", () => {
  it("folds what depends on constants and on shapes alone", () => {
    const graph = prepare(
      model({
        nodes: [
          { type: "Shape", inputs: ["x"], outputs: ["shape"] },
          { type: "ConstantOfShape", inputs: ["shape"], outputs: ["zeros"] },
          { type: "Add", inputs: ["zeros", "one"], outputs: ["ones"] },
          { type: "Add", inputs: ["x", "ones"], outputs: ["y"] },
        ],
        initializers: { one: scalar("float32", 1) },
      }),
    );
    expect(types(graph)).to.deep.equal(["Add"]);
    expect([...graph.constants.keys()]).to.deep.equal(["ones"]);
    expect(graph.constants.get("ones")).to.deep.equal(row(1, 1, 1));
  });

  it("removes identities, dropout, casts to the same type and dead nodes, and keeps output names", () => {
    const graph = prepare(
      model({
        nodes: [
          { type: "Identity", inputs: ["x"], outputs: ["a"] },
          { type: "Dropout", inputs: ["a"], outputs: ["b", "mask"] },
          { type: "Cast", inputs: ["b"], outputs: ["c"], attributes: { to: 1 } },
          { type: "Relu", inputs: ["c"], outputs: ["d"] },
          { type: "Exp", inputs: ["d"], outputs: ["dead"] },
          { type: "Identity", inputs: ["d"], outputs: ["y"] },
        ],
        outputs: [Y, { name: "mask" }, { name: "a" }],
      }),
    );
    expect(types(graph)).to.deep.equal(["Relu"]);
    expect(graph.outputs.map(({ name, value }) => `${name}=${value}`)).to.deep.equal([
      "y=d",
      "mask=mask",
      "a=x",
    ]);
    const outputs = outputsOf(graph, run(graph, new Map([["x", row(-1, 0, 2)]])));
    expect(outputs.get("y")).to.deep.equal(row(0, 0, 2));
    expect(outputs.get("mask")).to.deep.equal(tensor("bool", [1, 3], [1, 1, 1]));
    expect(outputs.get("a")).to.deep.equal(row(-1, 0, 2));
  });

  it("sorts nodes that come in any order", () => {
    const graph = prepare(
      model({
        nodes: [
          { type: "Exp", inputs: ["b"], outputs: ["y"] },
          { type: "Neg", inputs: ["a"], outputs: ["b"] },
          { type: "Relu", inputs: ["x"], outputs: ["a"] },
        ],
      }),
    );
    expect(types(graph)).to.deep.equal(["Relu", "Neg", "Exp"]);
  });

  it("sorts a chain of thousands of nodes in reverse order", () => {
    const count = 5000;
    const name = (i: number) => (i === 0 ? "x" : i === count ? "y" : `v${i}`);
    const nodes = Array.from({ length: count }, (_, i) => ({
      type: "Neg",
      inputs: [name(count - 1 - i)],
      outputs: [name(count - i)],
    }));
    expect(prepare(model({ nodes })).nodes.length).to.equal(count);
  });
});

describe("what cannot be prepared", () => {
  it("names an unsupported node, its operator and what is supported", () => {
    const nodes = [{ type: "Bernoulli", name: "dice", inputs: ["x"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes })))
      .to.throw(
        OnnxUnsupportedOperatorError,
        'Node "dice" is a Bernoulli (opset 17), which is not supported. Supported:',
      )
      .with.property("code", "ONNX_UNSUPPORTED_OPERATOR");
    const foreign = [{ type: "Relu", domain: "com.example", inputs: ["x"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes: foreign }))).to.throw(
      OnnxUnsupportedOperatorError,
      "com.example.Relu",
    );
  });

  it("refuses an operator set older than the operator", () => {
    const nodes = [{ type: "LayerNormalization", inputs: ["x"], outputs: ["y"] }];
    expect(() => prepare(model({ opset: 16, nodes }))).to.throw(OnnxUnsupportedOperatorError, "(opset 16)");
  });

  it("refuses cycles, values made twice and values that nothing makes", () => {
    const cycle = [
      { type: "Add", name: "first", inputs: ["x", "b"], outputs: ["a"] },
      { type: "Neg", inputs: ["a"], outputs: ["b"] },
    ];
    expect(() => prepare(model({ nodes: cycle }))).to.throw(OnnxGraphError, "part of a cycle");
    const twice = [
      { type: "Neg", inputs: ["x"], outputs: ["y"] },
      { type: "Exp", inputs: ["x"], outputs: ["y"] },
    ];
    expect(() => prepare(model({ nodes: twice }))).to.throw(OnnxGraphError, "made by two nodes");
    const missing = [{ type: "Neg", name: "n", inputs: ["nowhere"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes: missing }))).to.throw(
      OnnxGraphError,
      'Node "n" reads the value "nowhere"',
    );
  });

  it("says which node breaks its operator's rules, and how", () => {
    const failures: [string, string[], Record<string, Tensor>, string][] = [
      ["MatMul", ["x", "w"], { w: tensor("float32", [4, 2], new Array(8).fill(1)) }, "do not multiply"],
      ["Add", ["x", "w"], { w: tensor("float32", [2], [1, 2]) }, "do not broadcast"],
      ["Reshape", ["x", "w"], { w: tensor("int64", [1], [4]) }, "needs 4 values"],
      ["Concat", ["x"], {}, '"axis" is missing'],
      ["Gather", ["x", "w"], { w: tensor("int64", [1], [5]) }, "Index 5 is outside"],
      ["ConstantOfShape", ["w"], { w: tensor("int64", [2], [1e9, 1e9]) }, "elements"],
      ["Relu", [], {}, "Input 0 is missing"],
      ["BatchNormalization", ["x"], {}, "Input 1 is missing"],
      ["DepthToSpace", ["x"], {}, '"blocksize" is missing'],
    ];
    for (const [type, inputs, initializers, message] of failures) {
      const nodes = [{ type, name: "culprit", inputs, outputs: ["y"] }];
      expect(() => prepare(model({ nodes, initializers })), type)
        .to.throw(OnnxNodeError, message)
        .with.property("node", "culprit");
    }
  });

  it("refuses strings where numbers are needed", () => {
    const initializers: Record<string, Tensor> = { s: { dtype: "string", shape: [1], data: ["a"] } };
    const nodes = [{ type: "Add", inputs: ["x", "s"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes, initializers }))).to.throw(OnnxNodeError, "holds strings");
  });

  it("refuses arithmetic on 64-bit integers that would lose digits", () => {
    const initializers = { big: scalar("int64", 2 ** 52) };
    const nodes = [{ type: "Mul", inputs: ["big", "big"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes, initializers }))).to.throw(OnnxNodeError, "beyond 2^53");
  });
});

describe("running", () => {
  const graph = () => prepare(model({ nodes: [{ type: "Relu", inputs: ["x"], outputs: ["y"] }] }));

  it("gives every value of the graph", () => {
    const values = run(graph(), new Map([["x", row(-1, 2, -3)]]));
    expect(Object.fromEntries(values)).to.deep.equal({ x: row(-1, 2, -3), y: row(0, 2, 0) });
  });

  it("refuses inputs that are missing, of another type or of another shape", () => {
    expect(() => run(graph(), new Map())).to.throw(OnnxInputError, 'Input "x" (float32 [1, 3]) is missing');
    expect(() => run(graph(), new Map([["x", row(1)]]))).to.throw(OnnxInputError, "got float32 [1, 1]");
    const integers = tensor("int64", [1, 3], [1, 2, 3]);
    expect(() => run(graph(), new Map([["x", integers]]))).to.throw(OnnxInputError, "got int64 [1, 3]");
  });

  it("refuses data that gives a value another shape than it was prepared with", () => {
    const prepared = prepare(model({ nodes: [{ type: "NonZero", inputs: ["x"], outputs: ["y"] }] }), {
      examples: new Map([["x", row(1, 0, 1)]]),
    });
    expect(run(prepared, new Map([["x", row(0, 5, 5)]])).get("y")!.shape).to.deep.equal([2, 2]);
    expect(() => run(prepared, new Map([["x", row(1, 1, 1)]]))).to.throw(
      OnnxInputError,
      "depends on the data",
    );
  });
});

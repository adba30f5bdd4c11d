import { expect } from "chai";

import {
  OnnxGraphError,
  OnnxInputError,
  OnnxNodeError,
  OnnxUnknownDimensionError,
  OnnxUnsupportedOperatorError,
  OnnxUnsupportedTypeError,
} from "../../../circuits/src/onnx/errors.ts";
import type { PreparedGraph } from "../../../circuits/src/onnx/PreparedGraph.ts";
import { decomposableOperators, prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { buildOnnx, type GraphInput, type ModelInput } from "../support/buildOnnx.ts";
import { largestError } from "../support/expectAgreement.ts";
import { runOnnxRuntime } from "../support/onnxRuntime.ts";

const X = { name: "x", dtype: "float32", shape: ["batch", 3] } as const;
const Y = { name: "y" } as const;

function model(graph: Partial<ModelInput>): Uint8Array {
  return buildOnnx({ nodes: [], inputs: [X], outputs: [Y], ...graph });
}

function types(graph: PreparedGraph): string[] {
  return graph.nodes.map(({ type }) => type);
}

function row(...values: number[]): Tensor {
  return tensor("float32", [1, values.length], values.map(Math.fround));
}

function scalar(dtype: "int64" | "bool" | "float32", value: number): Tensor {
  return tensor(dtype, [], [value]);
}

/** Runs a model by ourselves and by ONNX Runtime on one input and asserts that they agree. */
async function expectSame(bytes: Uint8Array, x: Tensor): Promise<PreparedGraph> {
  const inputs = new Map([["x", x]]);
  const graph = prepare(bytes, { examples: inputs });
  const actual = outputsOf(graph, run(graph, inputs));
  for (const [name, expected] of await runOnnxRuntime(bytes, inputs)) {
    expect(largestError(actual.get(name)!, expected, name)).to.be.at.most(1e-6);
  }
  return graph;
}

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

describe("writing out functions and control flow", () => {
  it("inlines functions that the model defines, with their attributes and inner names kept apart", () => {
    const scaled = {
      domain: "my",
      type: "Scaled",
      inputs: ["a", "unused"],
      outputs: ["r"],
      nodes: [
        { type: "Relu", inputs: ["a"], outputs: ["t"] },
        { type: "Neg", inputs: ["t"], outputs: ["r"] },
      ],
    };
    const prepared = prepare(
      model({
        functions: [scaled],
        nodes: [
          { type: "Scaled", domain: "my", name: "f", inputs: ["x"], outputs: ["m"] },
          { type: "Scaled", domain: "my", name: "g", inputs: ["m"], outputs: ["y"] },
        ],
      }),
    );
    expect(prepared.nodes.map(({ name }) => name)).to.deep.equal([
      "f/Relu_0",
      "f/Neg_1",
      "g/Relu_0",
      "g/Neg_1",
    ]);
    expect(run(prepared, new Map([["x", row(-1, 0, 2)]])).get("g/r")).to.deep.equal(row(-0, -0, -0));
  });

  it("refuses a function that calls itself", () => {
    const body = { type: "F", domain: "my", inputs: ["a"], outputs: ["b"] };
    const functions = [{ domain: "my", type: "F", inputs: ["a"], outputs: ["b"], nodes: [body] }];
    const nodes = [{ type: "F", domain: "my", inputs: ["x"], outputs: ["y"] }];
    expect(() => prepare(model({ functions, nodes }))).to.throw(OnnxGraphError, "calls itself");
  });

  const branch = (type: string): { graph: GraphInput } => ({
    graph: {
      nodes: [{ type, inputs: ["x"], outputs: ["r"] }],
      inputs: [],
      outputs: [{ name: "r", dtype: "float32" }],
    },
  });
  const conditional = {
    type: "If",
    name: "choice",
    inputs: ["c"],
    outputs: ["y"],
    attributes: { then_branch: branch("Relu"), else_branch: branch("Neg") },
  };

  it("keeps the one branch of a constant condition", () => {
    const initializers = { c: scalar("bool", 0) };
    expect(types(prepare(model({ nodes: [conditional], initializers })))).to.deep.equal(["Neg"]);
  });

  it("computes both branches of a condition on the data and selects", async () => {
    const bytes = model({
      opset: 18,
      nodes: [
        { type: "ReduceSum", inputs: ["x"], outputs: ["sum"], attributes: { keepdims: 0 } },
        { type: "Greater", inputs: ["sum", "zero"], outputs: ["c"] },
        conditional,
      ],
      initializers: { zero: scalar("float32", 0) },
    });
    const prepared = await expectSame(bytes, row(-1, 2, 3));
    expect(types(prepared)).to.include.members(["Relu", "Neg", "Where"]);
    await expectSame(bytes, row(-1, -2, 1));
  });

  const loopBody = (condition: string, count = 1): { graph: GraphInput } => ({
    graph: {
      inputs: [
        { name: "i", dtype: "int64", shape: [] },
        { name: "go", dtype: "bool", shape: [] },
        { name: "v", dtype: "float32", shape: [1, 3] },
      ],
      nodes: [
        { type: "Cast", inputs: ["i"], outputs: ["step"], attributes: { to: 1 } },
        { type: "Add", inputs: ["v", "step"], outputs: ["w"] },
        { type: "Mul", inputs: ["w", "x"], outputs: ["next"] },
        { type: "Less", inputs: ["i", "last"], outputs: ["below"] },
        { type: "Identity", inputs: [condition], outputs: ["again"] },
      ],
      outputs: [
        { name: "again", dtype: "bool" },
        { name: "next", dtype: "float32" },
        ...Array.from({ length: count }, () => ({ name: "w", dtype: "float32" as const })),
      ],
    },
  });
  const loop = (inputs: string[], body: { graph: GraphInput }) => ({
    type: "Loop",
    name: "loop",
    inputs,
    outputs: ["y", "steps"],
    attributes: { body },
  });
  const loopOutputs = [Y, { name: "steps" }];

  it("unrolls a loop with a constant trip count, stacking what each step gives", async () => {
    const initializers = { m: scalar("int64", 3), last: scalar("int64", 9) };
    const bytes = model({
      nodes: [loop(["m", "", "x"], loopBody("go"))],
      outputs: loopOutputs,
      initializers,
    });
    const prepared = await expectSame(bytes, row(1, 2, 3));
    expect(types(prepared).filter((type) => type === "Mul").length).to.equal(3);
  });

  it("unrolls a loop that a constant condition ends", async () => {
    const initializers = { true: scalar("bool", 1), last: scalar("int64", 2) };
    const nodes = [loop(["", "true", "x"], loopBody("below"))];
    const prepared = await expectSame(model({ nodes, outputs: loopOutputs, initializers }), row(1, 2, 3));
    expect(types(prepared).filter((type) => type === "Mul").length).to.equal(3);
  });

  it("refuses loops whose length depends on the data or is without bound", () => {
    const nodes = [
      { type: "ReduceMax", inputs: ["x"], outputs: ["max"], attributes: { keepdims: 0 } },
      { type: "Cast", inputs: ["max"], outputs: ["m"], attributes: { to: 7 } },
      loop(["m", "", "x"], loopBody("go")),
    ];
    const initializers = { last: scalar("int64", 2), yes: scalar("bool", 1) };
    expect(() => prepare(model({ nodes, initializers }))).to.throw(
      OnnxGraphError,
      'trip count of "loop" depends',
    );
    const endless = [loop(["", "yes", "x"], loopBody("go"))];
    expect(() => prepare(model({ nodes: endless, initializers }))).to.throw(
      OnnxGraphError,
      "over 4096 steps",
    );
  });

  it("unrolls a scan in either direction along any axis", async () => {
    const body: { graph: GraphInput } = {
      graph: {
        inputs: [
          { name: "state", dtype: "float32", shape: [1] },
          { name: "slice", dtype: "float32", shape: [1] },
        ],
        nodes: [
          { type: "Add", inputs: ["state", "slice"], outputs: ["sum"] },
          { type: "Mul", inputs: ["sum", "sum"], outputs: ["square"] },
        ],
        outputs: [
          { name: "sum", dtype: "float32" },
          { name: "square", dtype: "float32" },
        ],
      },
    };
    for (const direction of [0, 1]) {
      const scan = {
        type: "Scan",
        inputs: ["start", "x"],
        outputs: ["y", "squares"],
        attributes: {
          body,
          num_scan_inputs: 1,
          scan_input_axes: [1],
          scan_input_directions: [direction],
          scan_output_axes: [1],
          scan_output_directions: [direction],
        },
      };
      const initializers = { start: tensor("float32", [1], [1]) };
      await expectSame(
        model({ nodes: [scan], outputs: [Y, { name: "squares" }], initializers }),
        row(1, 2, 4),
      );
    }
  });
});

describe("decomposing", () => {
  const nodes = [
    { type: "Softmax", inputs: ["x"], outputs: ["p"] },
    { type: "ReduceL2", inputs: ["p"], outputs: ["y"] },
  ];
  const x = new Map([["x", row(1, -2, 0.5)]]);

  it("leaves operators whole unless asked", () => {
    expect(types(prepare(model({ nodes })))).to.deep.equal(["Softmax", "ReduceL2"]);
  });

  it("writes out those asked for, or all that can be, with the same result", () => {
    const some = prepare(model({ nodes }), { decompose: ["Softmax"] });
    expect(types(some)).to.deep.equal(["ReduceMax", "Sub", "Exp", "ReduceSum", "Div", "ReduceL2"]);
    const all = prepare(model({ nodes }), { decompose: "all" });
    expect(types(all)).to.deep.equal([
      "ReduceMax",
      "Sub",
      "Exp",
      "ReduceSum",
      "Div",
      "Mul",
      "ReduceSum",
      "Sqrt",
    ]);
    const whole = prepare(model({ nodes }));
    const expected = outputsOf(whole, run(whole, x)).get("y")!;
    for (const graph of [some, all]) {
      expect(largestError(outputsOf(graph, run(graph, x)).get("y")!, expected)).to.be.at.most(1e-6);
    }
  });

  it("lists what can be written out", () => {
    expect(decomposableOperators()).to.include.members([
      "GRU",
      "LSTM",
      "RNN",
      "LayerNormalization",
      "Einsum",
    ]);
  });
});

describe("writing out sequences", () => {
  it("splits, indexes, inserts, erases, counts and joins", async () => {
    const bytes = model({
      nodes: [
        { type: "SplitToSequence", inputs: ["x"], outputs: ["s"], attributes: { axis: 1, keepdims: 1 } },
        { type: "SequenceAt", inputs: ["s", "minus"], outputs: ["end"] },
        { type: "SequenceInsert", inputs: ["s", "end", "zero"], outputs: ["t"] },
        { type: "SequenceErase", inputs: ["t", "one"], outputs: ["u"] },
        { type: "ConcatFromSequence", inputs: ["u"], outputs: ["y"], attributes: { axis: 1 } },
        { type: "SequenceLength", inputs: ["t"], outputs: ["count"] },
        { type: "SequenceConstruct", inputs: ["x", "y"], outputs: ["v"] },
        {
          type: "ConcatFromSequence",
          inputs: ["v"],
          outputs: ["stacked"],
          attributes: { axis: 0, new_axis: 1 },
        },
      ],
      outputs: [Y, { name: "count" }, { name: "stacked" }],
      initializers: { minus: scalar("int64", -1), zero: scalar("int64", 0), one: scalar("int64", 1) },
    });
    await expectSame(bytes, row(1, 2, 3));
  });

  it("splits into given sizes, or drops the axis of single slices", async () => {
    const bytes = model({
      nodes: [
        { type: "SplitToSequence", inputs: ["x", "sizes"], outputs: ["s"], attributes: { axis: 1 } },
        { type: "SequenceAt", inputs: ["s", "one"], outputs: ["y"] },
        { type: "SplitToSequence", inputs: ["x"], outputs: ["t"], attributes: { axis: 1, keepdims: 0 } },
        { type: "SequenceAt", inputs: ["t", "one"], outputs: ["z"] },
      ],
      outputs: [Y, { name: "z" }],
      initializers: { sizes: tensor("int64", [2], [1, 2]), one: scalar("int64", 1) },
    });
    await expectSame(bytes, row(1, 2, 3));
  });

  it("refuses a sequence where a tensor is needed, and a tensor where a sequence is", () => {
    const make = { type: "SequenceConstruct", inputs: ["x", "x"], outputs: ["s"] };
    const asTensor = [make, { type: "Relu", inputs: ["s"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes: asTensor }))).to.throw(OnnxGraphError, "which is a sequence");
    expect(() => prepare(model({ nodes: [make], outputs: [{ name: "s" }] }))).to.throw(
      OnnxGraphError,
      "is a sequence",
    );
    const asSequence = [{ type: "SequenceLength", inputs: ["x"], outputs: ["y"] }];
    expect(() => prepare(model({ nodes: asSequence }))).to.throw(OnnxGraphError, 'reads "x" as a sequence');
  });
});

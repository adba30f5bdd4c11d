import { expect } from "chai";

import { OnnxGraphError } from "../../../circuits/src/onnx/errors.ts";
import { decomposableOperators, prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import { tensor } from "../../../circuits/src/onnx/Tensor.ts";
import type { GraphInput } from "../support/buildOnnx.ts";
import { largestError } from "../support/expectAgreement.ts";
import { expectSame, model, row, scalar, types, Y } from "../support/smallModels.ts";

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

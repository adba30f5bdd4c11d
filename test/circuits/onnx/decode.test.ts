import { expect } from "chai";
import onnxProto from "onnx-proto";

import { decode } from "../../../circuits/src/onnx/decode.ts";
import { decodeTensor } from "../../../circuits/src/onnx/decodeTensor.ts";
import {
  OnnxError,
  OnnxExternalDataError,
  OnnxMalformedError,
  OnnxUnsupportedTypeError,
} from "../../../circuits/src/onnx/errors.ts";
import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { buildOnnx, tensorProto } from "../support/buildOnnx.ts";
import { seededRandom } from "../support/onnxRuntime.ts";

const { onnx } = onnxProto;

const MODEL = {
  nodes: [{ type: "Relu", inputs: ["x"], outputs: ["y"] }],
  inputs: [{ name: "x", dtype: "float32", shape: ["batch", 3] }],
  outputs: [{ name: "y", dtype: "float32", shape: ["batch", 3] }],
} as const;

function littleEndian(
  bytesEach: number,
  write: (view: DataView, offset: number, i: number) => void,
  count: number,
) {
  const view = new DataView(new ArrayBuffer(bytesEach * count));
  for (let i = 0; i < count; i++) write(view, bytesEach * i, i);
  return new Uint8Array(view.buffer);
}

function raw(dataType: number, dims: number[], rawData: Uint8Array): Tensor {
  return decodeTensor(onnx.TensorProto.create({ dataType, dims, rawData }));
}

describe("decoding ONNX", () => {
  it("reads graph, operator sets, inputs with symbolic dimensions, nodes and attributes", () => {
    const graph = decode(
      buildOnnx({
        ...MODEL,
        opset: 15,
        nodes: [
          {
            type: "Fancy",
            domain: "my.domain",
            name: "node",
            inputs: ["x", "", "w"],
            outputs: ["y"],
            attributes: {
              whole: 3,
              real: { float: 0.5 },
              text: "hello",
              wholes: [1, -2],
              reals: { floats: [0.5, 1] },
              texts: ["a", "b"],
              constant: tensor("float32", [2], [1, 2]),
            },
          },
        ],
        initializers: { w: tensor("int64", [2], [-5, 7]) },
      }),
    );
    expect(graph.opsets.get("")).to.equal(15);
    expect(graph.inputs).to.deep.equal([{ name: "x", dtype: "float32", shape: ["batch", 3] }]);
    const [node] = graph.nodes;
    expect([node!.name, node!.domain, node!.type]).to.deep.equal(["node", "my.domain", "Fancy"]);
    expect(node!.inputs).to.deep.equal(["x", "", "w"]);
    const { attributes } = node!;
    expect(attributes.int("whole")).to.equal(3);
    expect(attributes.float("real")).to.equal(0.5);
    expect(attributes.string("text")).to.equal("hello");
    expect(attributes.ints("wholes")).to.deep.equal([1, -2]);
    expect(attributes.floats("reals")).to.deep.equal([0.5, 1]);
    expect(attributes.strings("texts")).to.deep.equal(["a", "b"]);
    expect(attributes.tensor("constant").data).to.deep.equal(Float64Array.of(1, 2));
    expect(attributes.int("absent", 9)).to.equal(9);
    expect(() => attributes.int("absent")).to.throw(OnnxError, '"absent" is missing');
    expect(() => attributes.int("text")).to.throw(OnnxError, "is of kind string, expected int");
    expect(graph.initializers.get("w")!.data).to.deep.equal(Float64Array.of(-5, 7));
  });

  it("names nodes that have no name, and leaves initializers out of the inputs", () => {
    const graph = decode(
      buildOnnx({
        ...MODEL,
        inputs: [...MODEL.inputs, { name: "w", dtype: "float32", shape: [1] }],
        initializers: { w: tensor("float32", [1], [1]) },
      }),
    );
    expect(graph.nodes[0]!.name).to.equal("Relu_0");
    expect(graph.inputs.map(({ name }) => name)).to.deep.equal(["x"]);
  });

  it("reads every element type from its typed field", () => {
    const values: Tensor[] = [
      tensor("float32", [2], [1.5, -2]),
      tensor("float64", [2], [0.1, -2]),
      tensor("int8", [2], [-128, 127]),
      tensor("uint8", [2], [0, 255]),
      tensor("int16", [2], [-32768, 32767]),
      tensor("uint16", [2], [0, 65535]),
      tensor("int32", [2], [-2147483648, 2147483647]),
      tensor("uint32", [2], [0, 4294967295]),
      tensor("int64", [2], [-9007199254740991, 9007199254740991]),
      tensor("uint64", [2], [0, 9007199254740991]),
      tensor("bool", [2], [0, 1]),
      { dtype: "string", shape: [2], data: ["a", "ü"] },
    ];
    for (const value of values) {
      const proto = onnx.TensorProto.decode(onnx.TensorProto.encode(tensorProto("t", value)).finish());
      expect(decodeTensor(proto), value.dtype).to.deep.equal(value);
    }
  });

  it("reads every element type from raw bytes", () => {
    const cases: [number, Uint8Array, number[]][] = [
      [1, littleEndian(4, (view, at) => view.setFloat32(at, -0.5, true), 1), [-0.5]],
      [11, littleEndian(8, (view, at) => view.setFloat64(at, 0.1, true), 1), [0.1]],
      [2, Uint8Array.of(200), [200]],
      [3, Uint8Array.of(200), [-56]],
      [4, Uint8Array.of(0xff, 0xff), [65535]],
      [5, Uint8Array.of(0xff, 0xff), [-1]],
      [6, Uint8Array.of(0xfe, 0xff, 0xff, 0xff), [-2]],
      [12, Uint8Array.of(0xfe, 0xff, 0xff, 0xff), [4294967294]],
      [7, littleEndian(8, (view, at) => view.setBigInt64(at, -3n, true), 1), [-3]],
      [13, littleEndian(8, (view, at) => view.setBigUint64(at, 3n, true), 1), [3]],
      [9, Uint8Array.of(1), [1]],
    ];
    for (const [type, bytes, wanted] of cases) {
      expect(Array.from(raw(type, [1], bytes).data as Float64Array), `type ${type}`).to.deep.equal(wanted);
    }
  });

  it("reads half precision exactly: normal, subnormal, infinite and not a number", () => {
    const halves = Uint8Array.of(0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0x00, 0x7e);
    expect(Array.from(raw(10, [5], halves).data as Float64Array)).to.deep.equal([
      1,
      -2,
      2 ** -24,
      Infinity,
      Number.NaN,
    ]);
    const brain = Uint8Array.of(0x80, 0x3f, 0x49, 0x40);
    expect(Array.from(raw(16, [2], brain).data as Float64Array)).to.deep.equal([1, 3.140625]);
    const typed = onnx.TensorProto.create({ dataType: 10, dims: [1], int32Data: [0x3c00] });
    expect(decodeTensor(typed).data).to.deep.equal(Float64Array.of(1));
  });

  it("reads 4-bit integers, low half first, odd sizes padded", () => {
    expect(Array.from(raw(22, [3], Uint8Array.of(0x8f, 0x07)).data as Float64Array)).to.deep.equal([
      -1, -8, 7,
    ]);
    expect(Array.from(raw(21, [3], Uint8Array.of(0x8f, 0x07)).data as Float64Array)).to.deep.equal([
      15, 8, 7,
    ]);
    const typed = onnx.TensorProto.create({ dataType: 21, dims: [3], int32Data: [0x21, 0x03] });
    expect(decodeTensor(typed).data).to.deep.equal(Float64Array.of(1, 2, 3));
  });

  it("writes sparse initializers out", () => {
    const bytes = onnx.ModelProto.encode({
      graph: {
        sparseInitializer: [
          {
            values: tensorProto("flat", tensor("float32", [2], [5, 6])),
            indices: tensorProto("", tensor("int64", [2], [1, 3])),
            dims: [2, 2],
          },
          {
            values: tensorProto("coordinates", tensor("float32", [1], [7])),
            indices: tensorProto("", tensor("int64", [1, 2], [1, 0])),
            dims: [2, 2],
          },
        ],
      },
    }).finish();
    const { initializers } = decode(bytes);
    expect(initializers.get("flat")).to.deep.equal(tensor("float32", [2, 2], [0, 5, 0, 6]));
    expect(initializers.get("coordinates")).to.deep.equal(tensor("float32", [2, 2], [0, 0, 7, 0]));
  });

  it("infers the kind of attributes that do not say it, as before version 2 of the format", () => {
    const bytes = onnx.ModelProto.encode({
      graph: {
        node: [
          {
            opType: "Old",
            attribute: [
              { name: "ints", ints: [1] },
              { name: "floats", floats: [0.5] },
              { name: "s", s: new TextEncoder().encode("x") },
              { name: "f", f: 2.5 },
              { name: "i", i: 4 },
              { name: "t", t: tensorProto("t", tensor("float32", [1], [1])) },
            ],
          },
        ],
      },
    }).finish();
    const { entries } = decode(bytes).nodes[0]!.attributes;
    expect(Object.fromEntries([...entries].map(([name, { kind }]) => [name, kind]))).to.deep.equal({
      ints: "ints",
      floats: "floats",
      s: "string",
      f: "float",
      i: "int",
      t: "tensor",
    });
  });

  it("refuses weights in another file, naming the tensor", () => {
    const bytes = onnx.ModelProto.encode({
      graph: { initializer: [{ name: "heavy", dataType: 1, dims: [1], dataLocation: 1 }] },
    }).finish();
    expect(() => decode(bytes)).to.throw(OnnxExternalDataError, '"heavy"');
  });

  it("refuses complex and 8-bit float tensors, naming tensor and type", () => {
    for (const [dataType, name] of [
      [14, "complex64"],
      [17, "float8e4m3fn"],
      [99, "number 99"],
    ] as const) {
      const bytes = onnx.ModelProto.encode({
        graph: { initializer: [{ name: "odd", dataType, dims: [1], rawData: new Uint8Array(8) }] },
      }).finish();
      expect(() => decode(bytes)).to.throw(OnnxUnsupportedTypeError, `"odd" has type ${name}`);
    }
  });

  it("refuses data that does not fill its shape, and shapes beyond all memory", () => {
    const make = (proto: object) => () =>
      decode(
        onnx.ModelProto.encode({ graph: { initializer: [{ name: "t", dataType: 1, ...proto }] } }).finish(),
      );
    expect(make({ dims: [3], floatData: [1, 2] })).to.throw(
      OnnxMalformedError,
      "has 2 values, its shape needs 3",
    );
    expect(make({ dims: [3], rawData: new Uint8Array(11) })).to.throw(OnnxMalformedError, "has 11 bytes");
    expect(make({ dims: [2], dataType: 8, stringData: [] })).to.throw(OnnxMalformedError, "has 0 strings");
    expect(make({ dims: [1_000_000, 1_000_000] })).to.throw(OnnxError, "elements");
    expect(make({ dims: [-1] })).to.throw(OnnxError, "impossible dimension");
  });

  it("refuses a file without a graph", () => {
    expect(() => decode(new Uint8Array())).to.throw(OnnxMalformedError, "no graph");
  });

  it("turns any truncation and any flipped byte into a graph or an OnnxError, never a crash", () => {
    const bytes = buildOnnx({
      ...MODEL,
      nodes: [{ ...MODEL.nodes[0], attributes: { a: tensor("float32", [2], [1, 2]), b: [1, 2], c: "text" } }],
      initializers: { w: tensor("float32", [4], [1, 2, 3, 4]) },
    });
    const random = seededRandom(1);
    const attempt = (candidate: Uint8Array) => {
      try {
        decode(candidate);
      } catch (error) {
        expect(error).to.be.instanceOf(OnnxError);
      }
    };
    for (let length = 0; length < bytes.length; length++) attempt(bytes.slice(0, length));
    for (let i = 0; i < 2000; i++) {
      const changed = bytes.slice();
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      attempt(changed);
    }
  });

  it("survives graphs nested thousands deep", () => {
    // Field 7 of the model (graph), field 1 of a graph (node), 5 of a node (attribute), 6 of an attribute (graph).
    const wrap = (field: number, inner: Uint8Array) => {
      const writer: number[] = [(field << 3) | 2];
      for (let rest = inner.length; ; rest >>>= 7) {
        writer.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      const result = new Uint8Array(writer.length + inner.length);
      result.set(writer);
      result.set(inner, writer.length);
      return result;
    };
    let graph = new Uint8Array();
    for (let depth = 0; depth < 3000; depth++) graph = wrap(1, wrap(5, wrap(6, graph)));
    expect(() => decode(wrap(7, graph))).to.throw(OnnxMalformedError);
  });
});

import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import type { AttributeInput } from "../support/buildOnnx.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

const GATES = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type RecurrentType = keyof typeof GATES;

const [STEPS, BATCH, INPUT, HIDDEN] = [4, 2, 3, 5];
const LSTM_OUTPUTS = 3;

interface Options {
  readonly attributes?: Record<string, AttributeInput>;
  readonly hasBias?: boolean;
  readonly lengths?: Tensor;
  readonly hasInitial?: boolean;
  readonly hasPeepholes?: boolean;
}

function recurrentCase(random: () => number, type: RecurrentType, options: Options): NodeCase {
  const directions = options.attributes?.direction === "bidirectional" ? 2 : 1;
  const rows = GATES[type] * HIDDEN;
  const state = () => (options.hasInitial ? randomTensor(random, [directions, BATCH, HIDDEN]) : undefined);
  const inputs = [
    randomTensor(random, [STEPS, BATCH, INPUT]),
    randomTensor(random, [directions, rows, INPUT], -1, 1),
    randomTensor(random, [directions, rows, HIDDEN], -1, 1),
    options.hasBias ? randomTensor(random, [directions, 2 * rows]) : undefined,
    options.lengths,
    state(),
  ];
  if (type === "LSTM") {
    inputs.push(state());
    inputs.push(options.hasPeepholes ? randomTensor(random, [directions, 3 * HIDDEN]) : undefined);
  }
  return {
    type,
    attributes: { hidden_size: HIDDEN, ...options.attributes },
    inputs,
    outputs: type === "LSTM" ? LSTM_OUTPUTS : 2,
    tolerance: 1e-5,
  };
}

describe("recurrent operators against ONNX Runtime", () => {
  for (const type of Object.keys(GATES) as RecurrentType[]) {
    it(`${type} in every direction, with and without biases and initial states`, async () => {
      const random = seededRandom(1);
      const directions = ["forward", "reverse", "bidirectional"];
      await expectAgreement(
        directions.flatMap((direction) =>
          [false, true].flatMap((hasBias) =>
            [false, true].map((hasInitial) =>
              recurrentCase(random, type, { attributes: { direction }, hasBias, hasInitial }),
            ),
          ),
        ),
      );
    });

    it(`${type} over sequences of different lengths`, async () => {
      const random = seededRandom(2);
      const lengths = tensor("int32", [BATCH], [2, STEPS]);
      await expectAgreement(
        ["forward", "bidirectional"].map((direction) =>
          recurrentCase(random, type, {
            attributes: { direction },
            lengths,
            hasBias: true,
            hasInitial: true,
          }),
        ),
      );
    });

    it(`${type} clips what enters its activations`, async () => {
      const random = seededRandom(3);
      await expectAgreement([
        recurrentCase(random, type, { attributes: { clip: { float: 0.5 } }, hasBias: true }),
      ]);
    });
  }

  it("takes other activations, with their own parameters", async () => {
    const random = seededRandom(4);
    const simple = [
      "Relu",
      "Tanh",
      "Sigmoid",
      "Affine",
      "LeakyRelu",
      "ScaledTanh",
      "HardSigmoid",
      "Elu",
      "Softsign",
    ];
    const takesBeta = ["Affine", "ScaledTanh", "HardSigmoid"];
    await expectAgreement([
      ...simple.map((name) => {
        const attributes: Record<string, AttributeInput> = { activations: [name] };
        if (["Affine", "LeakyRelu", "ScaledTanh", "HardSigmoid", "Elu"].includes(name)) {
          attributes.activation_alpha = { floats: [0.4] };
        }
        if (takesBeta.includes(name)) attributes.activation_beta = { floats: [0.3] };
        return recurrentCase(random, "RNN", { attributes });
      }),
      recurrentCase(random, "LSTM", { attributes: { activations: ["HardSigmoid", "Relu", "Tanh"] } }),
      recurrentCase(random, "GRU", { attributes: { activations: ["HardSigmoid", "Softsign"] } }),
    ]);
  });

  it("GRU applies the reset gate before or after the recurrent product", async () => {
    const random = seededRandom(5);
    await expectAgreement(
      [0, 1].map((linear_before_reset) =>
        recurrentCase(random, "GRU", {
          attributes: { linear_before_reset },
          hasBias: true,
          hasInitial: true,
        }),
      ),
    );
  });

  it("LSTM has peepholes and can couple its input and forget gates", async () => {
    const random = seededRandom(6);
    await expectAgreement([
      recurrentCase(random, "LSTM", { hasPeepholes: true, hasBias: true, hasInitial: true }),
      recurrentCase(random, "LSTM", { attributes: { input_forget: 1 }, hasBias: true }),
    ]);
  });
});

import { expect } from "chai";

import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { type AttributeInput, buildOnnx } from "../support/buildOnnx.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

const DOMAIN = "ai.onnx.ml";
const TRANSFORMS = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"];

// ONNX Runtime asks for these even where they say nothing.
const LINEAR = { kernel_type: "LINEAR", kernel_params: { floats: [0, 0, 0] } };

// PROBIT is ill-conditioned near the ends of its range, and ONNX Runtime evaluates it in float32.
const TOLERANCE = 5e-5;

type AttributeMap = Record<string, AttributeInput>;

function floats(random: () => number, count: number, low = -2, high = 2): { floats: number[] } {
  return { floats: Array.from(randomTensor(random, [count], low, high).data as Float64Array) };
}

/** Two random full trees of depth 2 over 3 features, as the list attributes of an ensemble. */
function treeAttributes(random: () => number, modes: readonly string[]): AttributeMap {
  const trees = 2;
  const inner = 3;
  const perTree = 7;
  const nodes = Array.from({ length: trees * perTree }, (_, i) => ({
    tree: Math.floor(i / perTree),
    node: i % perTree,
  }));
  const isLeaf = (node: number) => node >= inner;
  return {
    nodes_treeids: nodes.map(({ tree }) => tree),
    nodes_nodeids: nodes.map(({ node }) => node),
    nodes_featureids: nodes.map(({ node }) => (isLeaf(node) ? 0 : Math.floor(random() * 3))),
    nodes_modes: nodes.map(({ node }, i) => (isLeaf(node) ? "LEAF" : modes[i % modes.length]!)),
    nodes_values: { floats: nodes.map(({ node }) => (isLeaf(node) ? 0 : Math.fround(random() * 2 - 1))) },
    nodes_truenodeids: nodes.map(({ node }) => (isLeaf(node) ? 0 : 2 * node + 1)),
    nodes_falsenodeids: nodes.map(({ node }) => (isLeaf(node) ? 0 : 2 * node + 2)),
  };
}

/** What the four leaves of each of the two trees say, of the given targets. */
function leafAttributes(
  random: () => number,
  prefix: "class" | "target",
  targets: readonly number[],
  [low, high]: readonly [number, number] = [-1, 1],
): AttributeMap {
  const leaves = [0, 1].flatMap((tree) =>
    [3, 4, 5, 6].flatMap((node) => targets.map((target) => ({ tree, node, target }))),
  );
  return {
    [`${prefix}_treeids`]: leaves.map(({ tree }) => tree),
    [`${prefix}_nodeids`]: leaves.map(({ node }) => node),
    [`${prefix}_ids`]: leaves.map(({ target }) => target),
    [`${prefix}_weights`]: floats(random, leaves.length, low, high),
  };
}

function ml(type: string, attributes: AttributeMap, inputs: readonly Tensor[], outputs = 1): NodeCase {
  return { type, domain: DOMAIN, attributes, inputs, outputs, tolerance: TOLERANCE };
}

describe("ONNX-ML operators against ONNX Runtime", () => {
  it("linear models with every transform", async () => {
    const random = seededRandom(1);
    const x = () => randomTensor(random, [5, 3]);
    await expectAgreement(
      TRANSFORMS.filter((transform) => transform !== "PROBIT").flatMap((post_transform) => [
        ml(
          "LinearClassifier",
          {
            coefficients: floats(random, 9),
            intercepts: floats(random, 3),
            classlabels_ints: [4, 5, 6],
            post_transform,
          },
          [x()],
          2,
        ),
        ml(
          "LinearClassifier",
          {
            coefficients: floats(random, 6),
            intercepts: floats(random, 2),
            classlabels_strings: ["no", "yes"],
            post_transform,
          },
          [x()],
          2,
        ),
        ml(
          "LinearClassifier",
          {
            coefficients: floats(random, 3),
            intercepts: floats(random, 1),
            classlabels_ints: [7, 9],
            post_transform,
          },
          [x()],
          2,
        ),
        ml(
          "LinearRegressor",
          { coefficients: floats(random, 6), intercepts: floats(random, 2), targets: 2, post_transform },
          [x()],
        ),
      ]),
    );
    await expectAgreement([ml("LinearRegressor", { coefficients: floats(random, 3) }, [x()])]);
  });

  it("scaling, normalising, binarising, imputing and choosing features", async () => {
    const random = seededRandom(2);
    const x = () => randomTensor(random, [4, 3]);
    await expectAgreement([
      ml("Scaler", { offset: floats(random, 3), scale: floats(random, 3) }, [x()]),
      ml("Scaler", { offset: { floats: [0.5] }, scale: { floats: [2] } }, [x()]),
      ml("Scaler", { offset: { floats: [1] }, scale: { floats: [0.5] } }, [
        tensor("int64", [1, 3], [1, -2, 3]),
      ]),
      ...["MAX", "L1", "L2"].map((norm) => ml("Normalizer", { norm }, [x()])),
      ml("Binarizer", { threshold: { float: 0.3 } }, [x()]),
      ml(
        "Imputer",
        { imputed_value_floats: { floats: [7, 8, 9] }, replaced_value_float: { float: Number.NaN } },
        [tensor("float32", [2, 3], [1, Number.NaN, 3, Number.NaN, 5, 6])],
      ),
      ml("Imputer", { imputed_value_int64s: [-1], replaced_value_int64: 2 }, [
        tensor("int64", [2, 2], [1, 2, 2, 3]),
      ]),
      ml("ArrayFeatureExtractor", {}, [x(), tensor("int64", [2], [2, 0])]),
      ml("FeatureVectorizer", { inputdimensions: [3, 2] }, [x(), randomTensor(random, [4, 2])]),
    ]);
  });

  it("categories", async () => {
    const words: Tensor = { dtype: "string", shape: [2, 2], data: ["a", "b", "c", "a"] };
    const numbers = tensor("int64", [4], [1, 5, 9, 1]);
    const withNaN = { keys_floats: { floats: [0.5, Number.NaN] }, values_floats: { floats: [1, 2] } };
    await expectAgreement(
      [ml("LabelEncoder", withNaN, [tensor("float32", [3], [0.5, Number.NaN, 3])])],
      17,
      4,
    );
    await expectAgreement([
      ml("LabelEncoder", { keys_strings: ["a", "b"], values_int64s: [10, 20], default_int64: -5 }, [words]),
      ml("LabelEncoder", { keys_int64s: [1, 5], values_strings: ["x", "y"], default_string: "?" }, [numbers]),
      ml("LabelEncoder", { keys_floats: { floats: [0.5, Number.NaN] }, values_floats: { floats: [1, 2] } }, [
        tensor("float32", [3], [0.5, Number.NaN, 3]),
      ]),
      ml("CategoryMapper", { cats_strings: ["a", "b"], cats_int64s: [3, 4] }, [words]),
      ml("CategoryMapper", { cats_strings: ["a", "b"], cats_int64s: [1, 5] }, [numbers]),
      ml("OneHotEncoder", { cats_strings: ["a", "c"] }, [words]),
      ml("OneHotEncoder", { cats_int64s: [5, 1] }, [numbers]),
    ]);
  });

  it("tree regressors: every comparison, aggregate and transform, one target or more", async () => {
    const random = seededRandom(3);
    const x = () => randomTensor(random, [9, 3], -1, 1);
    const modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];
    await expectAgreement([
      ...modes.map((mode) =>
        ml(
          "TreeEnsembleRegressor",
          { ...treeAttributes(random, [mode]), ...leafAttributes(random, "target", [0]), n_targets: 1 },
          [x()],
        ),
      ),
      ...["SUM", "AVERAGE", "MIN", "MAX"].flatMap((aggregate_function) =>
        [[0], [0, 1, 2]].map((targets) =>
          ml(
            "TreeEnsembleRegressor",
            {
              ...treeAttributes(random, modes.slice(0, 4)),
              ...leafAttributes(random, "target", targets),
              n_targets: targets.length,
              aggregate_function,
              base_values: floats(random, targets.length),
            },
            [x()],
          ),
        ),
      ),
      ...TRANSFORMS.map((post_transform) =>
        ml(
          "TreeEnsembleRegressor",
          {
            ...treeAttributes(random, ["BRANCH_LEQ"]),
            ...leafAttributes(random, "target", [0, 1], [0.05, 0.45]),
            n_targets: 2,
            post_transform,
          },
          [x()],
        ),
      ),
    ]);
  });

  it("tree classifiers: many classes, and two by the score of one", async () => {
    const random = seededRandom(4);
    const x = () => randomTensor(random, [9, 3], -1, 1);
    const classifier = (
      classes: readonly number[],
      weighed: readonly number[],
      more: AttributeMap,
      range: [number, number],
    ) =>
      ml(
        "TreeEnsembleClassifier",
        {
          ...treeAttributes(random, ["BRANCH_LEQ", "BRANCH_LT"]),
          ...leafAttributes(random, "class", weighed, range),
          classlabels_int64s: [...classes],
          ...more,
        },
        [x()],
        2,
      );
    const ranges: [number, number][] = [
      [-1, 1],
      [0.05, 0.45],
    ];
    await expectAgreement(
      ranges.flatMap((range) =>
        TRANSFORMS.filter((transform) => transform !== "PROBIT").flatMap((post_transform) => [
          classifier([3, 4, 5], [0, 1, 2], { post_transform }, range),
          classifier([3, 4, 5], [0, 1, 2], { post_transform, base_values: floats(random, 3) }, range),
          classifier([7, 8], [0], { post_transform }, range),
          classifier([7, 8], [1], { post_transform }, range),
          classifier([7, 8], [0], { post_transform, base_values: { floats: [0.1] } }, range),
          classifier([7, 8], [0], { post_transform, base_values: { floats: [0.1, 0.2] } }, range),
        ]),
      ),
    );
  });

  it("tree classifiers of two classes that both have weights choose the larger score", () => {
    // ONNX Runtime compares the second score with 0 here and returns 0 or 1 whatever the labels are; the specification
    // asks for the top class.
    const attributes = {
      ...treeAttributes(seededRandom(8), ["BRANCH_LEQ"]),
      ...leafAttributes(seededRandom(11), "class", [0, 1]),
      classlabels_int64s: [7, 8],
    };
    const x = randomTensor(seededRandom(10), [20, 3], -1, 1);
    const model = buildOnnx({
      nodes: [
        {
          type: "TreeEnsembleClassifier",
          domain: DOMAIN,
          attributes,
          inputs: ["x"],
          outputs: ["label", "score"],
        },
      ],
      inputs: [{ name: "x", dtype: "float32", shape: [20, 3] }],
      outputs: [{ name: "label" }, { name: "score" }],
    });
    const graph = prepare(model);
    const outputs = outputsOf(graph, run(graph, new Map([["x", x]])));
    const scores = outputs.get("score")!.data as Float64Array;
    const wanted = Array.from({ length: 20 }, (_, i) => (scores[2 * i + 1]! > scores[2 * i]! ? 8 : 7));
    expect(Array.from<unknown>(outputs.get("label")!.data)).to.deep.equal(wanted);
    expect(new Set(wanted).size).to.equal(2);
  });

  it("trees send missing values where they are told, with string labels", async () => {
    const random = seededRandom(5);
    const x = tensor("float32", [2, 3], [Number.NaN, 0.1, Number.NaN, 0.2, Number.NaN, -0.4]);
    await expectAgreement([
      ml(
        "TreeEnsembleClassifier",
        {
          ...treeAttributes(random, ["BRANCH_LEQ"]),
          ...leafAttributes(random, "class", [0, 1, 2]),
          nodes_missing_value_tracks_true: Array.from({ length: 14 }, (_, i) => i % 2),
          classlabels_strings: ["red", "green", "blue"],
        },
        [x],
        2,
      ),
    ]);
  });

  it("support vector regressors with every kernel", async () => {
    const random = seededRandom(6);
    const params = { floats: [0.3, 0.2, 3] };
    const cases = ["LINEAR", "POLY", "RBF", "SIGMOID"].flatMap((kernel_type) =>
      [0, 1].map((one_class) =>
        ml(
          "SVMRegressor",
          {
            kernel_type,
            kernel_params: params,
            n_supports: 4,
            one_class,
            support_vectors: floats(random, 12),
            coefficients: floats(random, 4),
            rho: floats(random, 1),
          },
          [randomTensor(random, [5, 3])],
        ),
      ),
    );
    const linear = ml(
      "SVMRegressor",
      { ...LINEAR, n_supports: 0, coefficients: floats(random, 3), rho: floats(random, 1) },
      [randomTensor(random, [5, 3])],
    );
    await expectAgreement([...cases, linear]);
  });

  it("support vector classifiers: two classes and three, votes and probabilities, or linear", async () => {
    const random = seededRandom(7);
    const classifier = (classes: number, more: AttributeMap) => {
      const perClass = [2, 3, 2].slice(0, classes);
      const count = perClass.reduce((sum, each) => sum + each, 0);
      const pairs = (classes * (classes - 1)) / 2;
      return ml(
        "SVMClassifier",
        {
          kernel_type: "RBF",
          kernel_params: { floats: [0.4, 0, 3] },
          vectors_per_class: perClass,
          support_vectors: floats(random, 3 * count),
          coefficients: floats(random, (classes - 1) * count),
          rho: floats(random, pairs),
          classlabels_ints: [5, 6, 7].slice(0, classes),
          ...more,
        },
        [randomTensor(random, [6, 3])],
        2,
      );
    };
    const probabilities = (pairs: number) => ({
      prob_a: floats(random, pairs, -2, -1),
      prob_b: floats(random, pairs),
    });
    await expectAgreement([
      ...["NONE", "LOGISTIC", "SOFTMAX"].flatMap((post_transform) => [
        classifier(2, { post_transform }),
        classifier(3, { post_transform }),
        classifier(2, { post_transform, ...probabilities(1) }),
        classifier(3, { post_transform, ...probabilities(3) }),
      ]),
      ml(
        "SVMClassifier",
        { ...LINEAR, coefficients: floats(random, 9), rho: floats(random, 1), classlabels_ints: [0, 1, 2] },
        [randomTensor(random, [6, 3])],
        2,
      ),
      ml(
        "SVMClassifier",
        {
          ...LINEAR,
          coefficients: floats(random, 6),
          rho: floats(random, 1),
          classlabels_strings: ["n", "y"],
        },
        [randomTensor(random, [6, 3])],
        2,
      ),
    ]);
  });
});

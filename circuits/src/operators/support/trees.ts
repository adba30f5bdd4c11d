import type { Attributes } from "../../onnx/Attributes.ts";
import { OnnxOperatorError } from "../../onnx/errors.ts";
import { isNumeric } from "../../onnx/Tensor.ts";

/** How an inner node compares a feature with its threshold. */
export type BranchMode = "LEQ" | "LT" | "GTE" | "GT" | "EQ" | "NEQ" | "MEMBER";

export interface TreeLeaf {
  readonly kind: "leaf";
  /** What the leaf adds to which target or class. */
  readonly weights: readonly { readonly target: number; readonly weight: number }[];
}

export interface TreeBranch {
  readonly kind: "branch";
  readonly mode: BranchMode;
  readonly feature: number;
  readonly threshold: number;
  /** The set of a MEMBER branch; empty otherwise. */
  readonly members: readonly number[];
  /** Whether a NaN takes the true side whatever the comparison says. */
  readonly missingGoesTrue: boolean;
  readonly whenTrue: TreeNode;
  readonly whenFalse: TreeNode;
}

export type TreeNode = TreeLeaf | TreeBranch;

/** A list attribute of numbers, or the tensor of the same name with `_as_tensor` (float64 thresholds, ONNX-ML 3). */
export function numbersOf(attributes: Attributes, name: string): readonly number[] {
  const asTensor = `${name}_as_tensor`;
  if (attributes.has(asTensor)) return tensorNumbers(attributes, asTensor);
  return attributes.floats(name, []);
}

function tensorNumbers(attributes: Attributes, name: string): readonly number[] {
  const value = attributes.tensor(name);
  if (!isNumeric(value))
    throw new OnnxOperatorError(`Attribute "${name}" holds strings; numbers are needed.`);
  return Array.from(value.data);
}

/** Builds nodes by key, each once, and refuses a node that two others or itself lead to. */
class TreeLinker {
  readonly #taken = new Set<string | number>();

  take(key: string | number): void {
    if (this.#taken.has(key))
      throw new OnnxOperatorError(`Tree node ${key} is reached twice: this is no tree.`);
    this.#taken.add(key);
  }
}

/**
 * Reads the trees of a TreeEnsembleClassifier (`leafPrefix` "class") or TreeEnsembleRegressor ("target"). The root of a
 * tree is its first node in the lists.
 *
 * @throws OnnxOperatorError for lists of different lengths, unknown modes and nodes, and nodes reached twice.
 */
export function readTrees(attributes: Attributes, leafPrefix: "class" | "target"): TreeNode[] {
  const treeIds = attributes.ints("nodes_treeids");
  const nodeIds = attributes.ints("nodes_nodeids");
  const features = attributes.ints("nodes_featureids");
  const modes = attributes.strings("nodes_modes");
  const thresholds = numbersOf(attributes, "nodes_values");
  const whenTrue = attributes.ints("nodes_truenodeids");
  const whenFalse = attributes.ints("nodes_falsenodeids");
  const missing = attributes.ints("nodes_missing_value_tracks_true", []);
  const count = treeIds.length;
  for (const list of [nodeIds, features, modes, thresholds, whenTrue, whenFalse]) {
    if (list.length !== count)
      throw new OnnxOperatorError(`The lists of ${count} tree nodes differ in length.`);
  }
  const position = new Map(treeIds.map((tree, i) => [`${tree}:${nodeIds[i]}`, i]));
  if (position.size !== count) throw new OnnxOperatorError("A tree node is listed twice.");
  const leaves = new Map<string, { target: number; weight: number }[]>();
  const leafNodes = attributes.ints(`${leafPrefix}_nodeids`, []);
  const leafTrees = attributes.ints(`${leafPrefix}_treeids`, []);
  const targets = attributes.ints(`${leafPrefix}_ids`, []);
  const weights = numbersOf(attributes, `${leafPrefix}_weights`);
  leafNodes.forEach((node, i) => {
    const key = `${leafTrees[i]}:${node}`;
    const entry = { target: targets[i] ?? 0, weight: weights[i] ?? 0 };
    leaves.set(key, [...(leaves.get(key) ?? []), entry]);
  });
  const linker = new TreeLinker();
  const build = (tree: number, node: number): TreeNode => {
    const key = `${tree}:${node}`;
    const i = position.get(key);
    if (i === undefined) throw new OnnxOperatorError(`Tree node ${key} does not exist.`);
    linker.take(key);
    const mode = modes[i]!;
    if (mode === "LEAF") return { kind: "leaf", weights: leaves.get(key) ?? [] };
    return {
      kind: "branch",
      mode: branchMode(mode.replace(/^BRANCH_/, "")),
      feature: features[i]!,
      threshold: thresholds[i]!,
      members: [],
      missingGoesTrue: missing[i] === 1,
      whenTrue: build(tree, whenTrue[i]!),
      whenFalse: build(tree, whenFalse[i]!),
    };
  };
  const roots = treeIds.flatMap((tree, i) => (tree !== treeIds[i - 1] ? [[tree, nodeIds[i]!] as const] : []));
  return roots.map(([tree, node]) => build(tree, node));
}

// The codes of the TreeEnsemble operator of ONNX-ML 5.
const BRANCH_MODES: readonly BranchMode[] = ["LEQ", "LT", "GTE", "GT", "EQ", "NEQ", "MEMBER"];

function branchMode(name: string): BranchMode {
  const found = BRANCH_MODES.find((mode) => mode === name);
  if (found === undefined) throw new OnnxOperatorError(`Tree node mode "${name}" is unknown.`);
  return found;
}

/** Reads the trees of a TreeEnsemble (ONNX-ML 5), which lists inner nodes and leaves apart. Throws like `readTrees`. */
export function readTreeEnsemble(attributes: Attributes): TreeNode[] {
  const features = attributes.ints("nodes_featureids");
  const modes = tensorNumbers(attributes, "nodes_modes");
  const thresholds = tensorNumbers(attributes, "nodes_splits");
  const trueIds = attributes.ints("nodes_truenodeids");
  const falseIds = attributes.ints("nodes_falsenodeids");
  const trueLeafs = attributes.ints("nodes_trueleafs");
  const falseLeafs = attributes.ints("nodes_falseleafs");
  const missing = attributes.ints("nodes_missing_value_tracks_true", []);
  const targets = attributes.ints("leaf_targetids");
  const weights = tensorNumbers(attributes, "leaf_weights");
  const members = memberSets(attributes, modes);
  const linker = new TreeLinker();
  const leaf = (i: number): TreeLeaf => {
    if (!(i >= 0 && i < weights.length)) throw new OnnxOperatorError(`Tree leaf ${i} does not exist.`);
    return { kind: "leaf", weights: [{ target: targets[i] ?? 0, weight: weights[i]! }] };
  };
  const build = (i: number): TreeNode => {
    if (!(i >= 0 && i < features.length)) throw new OnnxOperatorError(`Tree node ${i} does not exist.`);
    linker.take(i);
    const [yes, no] = [trueIds[i]!, falseIds[i]!];
    // A tree of one leaf is written as a node with that leaf on both sides.
    if (trueLeafs[i] === 1 && falseLeafs[i] === 1 && yes === no) return leaf(yes);
    return {
      kind: "branch",
      mode: branchMode(BRANCH_MODES[modes[i]!] ?? `number ${modes[i]}`),
      feature: features[i]!,
      threshold: thresholds[i]!,
      members: members[i]!,
      missingGoesTrue: missing[i] === 1,
      whenTrue: trueLeafs[i] === 1 ? leaf(yes) : build(yes),
      whenFalse: falseLeafs[i] === 1 ? leaf(no) : build(no),
    };
  };
  return attributes.ints("tree_roots").map(build);
}

/** The sets of the MEMBER nodes, which `membership_values` lists in turn, each ended by a NaN. */
function memberSets(attributes: Attributes, modes: readonly number[]): readonly (readonly number[])[] {
  const values = attributes.has("membership_values") ? tensorNumbers(attributes, "membership_values") : [];
  let at = 0;
  return modes.map((mode) => {
    if (BRANCH_MODES[mode] !== "MEMBER") return [];
    const end = values.findIndex((value, i) => i >= at && Number.isNaN(value));
    const set = values.slice(at, end < 0 ? values.length : end);
    at += set.length + 1;
    return set;
  });
}

function holds({ mode, threshold, members }: TreeBranch, x: number): boolean {
  switch (mode) {
    case "LEQ":
      return x <= threshold;
    case "LT":
      return x < threshold;
    case "GTE":
      return x >= threshold;
    case "GT":
      return x > threshold;
    case "EQ":
      return x === threshold;
    case "NEQ":
      return x !== threshold;
    case "MEMBER":
      return members.includes(x);
  }
}

/** The leaf that a row of features ends at. */
export function leafOf(root: TreeNode, row: Float64Array): TreeLeaf {
  let node = root;
  while (node.kind === "branch") {
    const x = row[node.feature];
    if (x === undefined) throw new OnnxOperatorError(`Feature ${node.feature} is outside of ${row.length}.`);
    node = holds(node, x) || (node.missingGoesTrue && Number.isNaN(x)) ? node.whenTrue : node.whenFalse;
  }
  return node;
}

/** How the values of several trees for one target become one. */
export type Aggregate = "SUM" | "AVERAGE" | "MIN" | "MAX";

/**
 * What the trees give each target for one row, and which targets any leaf spoke of.
 * MIN and MAX run over the leaves that speak of a target.
 */
export function aggregateTrees(
  trees: readonly TreeNode[],
  row: Float64Array,
  targets: number,
  aggregate: Aggregate,
): { scores: number[]; isScored: boolean[] } {
  const scores = new Array<number>(targets).fill(0);
  const isScored = new Array<boolean>(targets).fill(false);
  for (const root of trees) {
    for (const { target, weight } of leafOf(root, row).weights) {
      if (!(target >= 0 && target < targets)) {
        throw new OnnxOperatorError(`A leaf speaks of target ${target} of ${targets}.`);
      }
      const before = scores[target]!;
      if (aggregate === "MIN") scores[target] = isScored[target] ? Math.min(before, weight) : weight;
      else if (aggregate === "MAX") scores[target] = isScored[target] ? Math.max(before, weight) : weight;
      else scores[target] = before + weight;
      isScored[target] = true;
    }
  }
  return { scores: aggregate === "AVERAGE" ? scores.map((x) => x / trees.length) : scores, isScored };
}

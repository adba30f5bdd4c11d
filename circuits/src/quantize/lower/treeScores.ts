import type { TreeLeaf, TreeNode } from "../../operators/support/trees.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  add,
  affine,
  constantExpression,
  isConstant,
  type RealExpression,
  subtract,
  sumExpressions,
} from "../RealExpression.ts";
import { multiply } from "../real/multiply.ts";
import type { Decisions } from "./treeDecisions.ts";

/**
 * The sum over all trees of the reached leaves' weights, for each target. A tree takes either a choice between its two
 * sides at each branch (free where both sides are constants) for each target, or one product a branch below the root,
 * which gives an indicator of every leaf for all targets: whichever is fewer.
 */
export function treeScores(
  quantizer: Quantizer,
  trees: readonly TreeNode[],
  decisions: Decisions,
  targets: number,
): RealExpression[] {
  const terms = Array.from({ length: targets }, (): [number, RealExpression][] => []);
  for (const tree of trees) {
    const spoken = Array.from({ length: targets }, (_, target) => target).filter((target) =>
      leavesOf(tree).some(({ weights }) => weights.some((weight) => weight.target === target)),
    );
    if (spoken.length * choices(tree) <= Math.max(0, branches(tree) - 1)) {
      for (const target of spoken) terms[target]!.push([1, chosenWeight(quantizer, tree, decisions, target)]);
    } else {
      for (const [leaf, isReached] of reachedLeaves(quantizer, tree, decisions, constantExpression(1))) {
        for (const { target, weight } of leaf.weights) terms[target]!.push([weight, isReached]);
      }
    }
  }
  return terms.map((each) => sumExpressions(each));
}

function leavesOf(node: TreeNode): TreeLeaf[] {
  return node.kind === "leaf" ? [node] : [...leavesOf(node.whenTrue), ...leavesOf(node.whenFalse)];
}

function branches(node: TreeNode): number {
  return node.kind === "leaf" ? 0 : 1 + branches(node.whenTrue) + branches(node.whenFalse);
}

/** Branches with a side that is no leaf: each costs a product. */
function choices(node: TreeNode): number {
  if (node.kind === "leaf") return 0;
  const isFree = node.whenTrue.kind === "leaf" && node.whenFalse.kind === "leaf";
  return (isFree ? 0 : 1) + choices(node.whenTrue) + choices(node.whenFalse);
}

function weightOf({ weights }: TreeLeaf, target: number): number {
  return weights.reduce((sum, each) => (each.target === target ? sum + each.weight : sum), 0);
}

function chosenWeight(
  quantizer: Quantizer,
  node: TreeNode,
  decisions: Decisions,
  target: number,
): RealExpression {
  if (node.kind === "leaf") return constantExpression(weightOf(node, target));
  const [yes, no] = [node.whenTrue, node.whenFalse].map((side) =>
    chosenWeight(quantizer, side, decisions, target),
  ) as [RealExpression, RealExpression];
  const isTrue = decisions.get(node)!;
  const [apart] = subtract([yes], [no]);
  if (isConstant(apart!) || isConstant(isTrue)) {
    const product = isConstant(isTrue) ? affine([apart!], isTrue.bias) : affine([isTrue], apart!.bias);
    return add([no], product)[0]!;
  }
  return add([no], multiply(quantizer, [isTrue], [apart!]))[0]!;
}

/** For each leaf an expression that is 1 where the tree ends there, else 0. */
function reachedLeaves(
  quantizer: Quantizer,
  node: TreeNode,
  decisions: Decisions,
  isHere: RealExpression,
): [TreeLeaf, RealExpression][] {
  if (node.kind === "leaf") return [[node, isHere]];
  const isTrue = decisions.get(node)!;
  const goesTrue = multiply(quantizer, [isHere], [isTrue]);
  const goesFalse = subtract([isHere], goesTrue);
  return [
    ...reachedLeaves(quantizer, node.whenTrue, decisions, goesTrue[0]!),
    ...reachedLeaves(quantizer, node.whenFalse, decisions, goesFalse[0]!),
  ];
}

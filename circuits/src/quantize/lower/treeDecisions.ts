import type { Lane } from "../../integer/IntegerOp.ts";
import type { TreeBranch, TreeNode } from "../../operators/support/trees.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";

/** The decision of each branch as an expression in {0, 1}: 1 where its true side is taken. */
export type Decisions = ReadonlyMap<TreeBranch, RealExpression>;

function branchesOf(node: TreeNode): TreeBranch[] {
  return node.kind === "leaf" ? [] : [node, ...branchesOf(node.whenTrue), ...branchesOf(node.whenFalse)];
}

/**
 * Every comparison of the trees with one row of features. Thresholds become integers on the feature's own grid, exactly
 * (x <= t where X <= floor(t 2^s), x < t where X < ceil(t 2^s)), and all thresholds of a feature share one set of bins.
 */
export function decideBranches(
  quantizer: Quantizer,
  trees: readonly TreeNode[],
  features: readonly RealExpression[],
): Decisions {
  const byFeature = new Map<number, TreeBranch[]>();
  for (const branch of trees.flatMap(branchesOf)) {
    byFeature.set(branch.feature, [...(byFeature.get(branch.feature) ?? []), branch]);
  }
  const decisions = new Map<TreeBranch, RealExpression>();
  for (const [feature, branches] of [...byFeature].sort(([a], [b]) => a - b)) {
    for (const [branch, decision] of decideFeature(quantizer, features[feature]!, branches)) {
      decisions.set(branch, decision);
    }
  }
  return decisions;
}

/** The threshold of "X >= n" questions that a comparison asks: for each the weight of its answer, and a constant. */
interface Questions {
  readonly weights: ReadonlyMap<bigint, number>;
  readonly bias: number;
}

function questionsOf({ mode, threshold, members }: TreeBranch, scale: number): Questions {
  const scaled = threshold * 2 ** scale;
  const [ceiling, above] = [BigInt(Math.ceil(scaled)), BigInt(Math.floor(scaled) + 1)];
  const equals = (value: number): [bigint, number][] => {
    const exact = value * 2 ** scale;
    return Number.isInteger(exact)
      ? [
          [BigInt(exact), 1],
          [BigInt(exact) + 1n, -1],
        ]
      : [];
  };
  switch (mode) {
    case "GTE":
      return { weights: new Map([[ceiling, 1]]), bias: 0 };
    case "GT":
      return { weights: new Map([[above, 1]]), bias: 0 };
    case "LT":
      return { weights: new Map([[ceiling, -1]]), bias: 1 };
    case "LEQ":
      return { weights: new Map([[above, -1]]), bias: 1 };
    case "EQ":
      return { weights: new Map(equals(threshold)), bias: 0 };
    case "NEQ":
      return { weights: new Map(equals(threshold).map(([n, weight]) => [n, -weight])), bias: 1 };
    case "MEMBER": {
      const weights = new Map<bigint, number>();
      for (const [n, weight] of [...new Set(members)].flatMap(equals)) {
        weights.set(n, (weights.get(n) ?? 0) + weight);
      }
      return { weights, bias: 0 };
    }
  }
}

function decideFeature(
  quantizer: Quantizer,
  feature: RealExpression,
  branches: readonly TreeBranch[],
): [TreeBranch, RealExpression][] {
  const { lanes, scale } = isConstant(feature)
    ? {
        lanes: quantizer.lanesAt([feature], quantizer.options.outputBits),
        scale: quantizer.options.outputBits,
      }
    : quantizer.accumulateBits([feature], quantizer.options.outputBits);
  const questions = branches.map((branch) => questionsOf(branch, scale));
  const asked = [...new Set(questions.flatMap(({ weights }) => [...weights.keys()]))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  const answers = new Map<bigint, Lane>();
  const made = asked.length === 0 ? [] : quantizer.describe(quantizer.graph.thresholds(lanes[0]!, asked), 0);
  for (const [i, threshold] of asked.entries()) answers.set(threshold, made[i]!);
  return branches.map((branch, i) => {
    const { weights, bias } = questions[i]!;
    const terms = [...weights].map(([threshold, weight]): [number, RealExpression] => {
      const lane = answers.get(threshold)!;
      const [lo, hi] = [quantizer.graph.lo(lane), quantizer.graph.hi(lane)];
      // A comparison that every input answers alike is a constant.
      return [weight, lo === hi ? constantExpression(Number(lo)) : laneExpression(lane)];
    });
    return [branch, affine([sumExpressions(terms)], 1, bias)[0]!];
  });
}

import { range } from "./axes.ts";

const MINIMUM = 1e-7;
const ITERATIONS = 100;

/**
 * Class probabilities of those of all pairs of classes, by the second method of Wu, Lin and Weng, "Probability estimates
 * for multi-class classification by pairwise coupling" (JMLR 5, 2004), as libsvm iterates it.
 *
 * @param pairs for each pair i < j in order, the probability of i against j.
 */
export function pairwiseProbabilities(pairs: readonly number[], classes: number): number[] {
  const against = range(classes).map(() => new Array<number>(classes).fill(0));
  let pair = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++) {
      const probability = Math.min(1 - MINIMUM, Math.max(MINIMUM, pairs[pair++]!));
      against[i]![j] = probability;
      against[j]![i] = 1 - probability;
    }
  }
  const q = range(classes).map((i) =>
    range(classes).map((j) =>
      i === j
        ? range(classes).reduce((sum, k) => sum + (k === i ? 0 : against[k]![i]! ** 2), 0)
        : -against[j]![i]! * against[i]![j]!,
    ),
  );
  const p = new Array<number>(classes).fill(1 / classes);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const qp = q.map((row) => row.reduce((sum, value, j) => sum + value * p[j]!, 0));
    let pqp = qp.reduce((sum, value, i) => sum + value * p[i]!, 0);
    if (Math.max(...qp.map((value) => Math.abs(value - pqp))) < 0.005 / classes) break;
    for (let i = 0; i < classes; i++) {
      const step = (pqp - qp[i]!) / q[i]![i]!;
      p[i]! += step;
      pqp = (pqp + step * (step * q[i]![i]! + 2 * qp[i]!)) / (1 + step) ** 2;
      for (let j = 0; j < classes; j++) {
        qp[j] = (qp[j]! + step * q[i]![j]!) / (1 + step);
        p[j]! /= 1 + step;
      }
    }
  }
  return p;
}

import { IntegerGraph } from "../../../circuits/src/integer/IntegerGraph.ts";

/** An affine layer, ReLUs, a table, a quotient, a root, comparisons and an argmax: every kind of constraint in a circuit small enough to attack whole. */
export function smallGraph(): { graph: IntegerGraph; outputs: number[] } {
  const graph = new IntegerGraph();
  const [x, y, z] = graph.input(Array(3).fill({ bits: 5, minimum: -16n })) as [number, number, number];
  const sums = graph.affine([
    { lanes: [x, y], weights: [3n, -2n], bias: 5n },
    { lanes: [y, z], weights: [1n, 4n], bias: -7n },
    { lanes: [x, y, z], weights: [1n, 1n, -1n], bias: 0n },
  ]);
  const active = graph.relu(sums, 1);
  const table = {
    start: -8n,
    segmentBits: 2,
    localBits: 3,
    coefs: [
      [1n, 2n],
      [9n, -1n],
      [0n, 3n],
      [-4n, 1n],
    ],
    below: -3n,
    above: 40n,
  };
  const curved = graph.piecewise(sums, 1, table);
  const products = graph.product(active, curved);
  const [isGreater] = graph.atLeast([products[0]!], [products[1]!]);
  const [chosen] = graph.select([isGreater!], [products[2]!], [curved[0]!]);
  const divisors = graph.affine([{ lanes: [y], weights: [1n], bias: 17n }]);
  const quotients = graph.divide([sums[1]!], divisors);
  const roots = graph.squareRoot([active[0]!]);
  const clipped = graph.relu([sums[2]!], 1, 3);
  const isEqual = graph.isZero(
    graph.affine([{ lanes: [quotients[0]!, clipped[0]!], weights: [1n, -1n], bias: 0n }]),
  );
  const more = [...quotients, ...roots, ...clipped, ...isEqual];
  return {
    graph,
    outputs: [...more, ...graph.argmax([products], "first"), chosen!, ...graph.maximum([products])],
  };
}

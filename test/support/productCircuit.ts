import { buildCircuit, IntegerGraph } from "@opg/circuits";
import type { R1cs } from "@opg/groth16";

/** The smallest useful model: the product of two 4-bit inputs. */
export function productCircuit(): R1cs {
  return productModel().r1cs;
}

export function productModel() {
  const graph = new IntegerGraph();
  const [x, y] = graph.input(Array(2).fill({ bits: 4, minimum: 0n }));
  return buildCircuit(graph, graph.product([x!], [y!]), {
    inputVisibility: "committed",
    inputScales: [0, 0],
    outputScales: [0],
  });
}

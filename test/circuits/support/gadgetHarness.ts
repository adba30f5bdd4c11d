import { expect } from "chai";
import { CircuitBuilder, type Constraint } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { calculateWitness } from "../../../circuits/src/builder/calculateWitness.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import type { Signal } from "../../../circuits/src/builder/Signal.ts";
import type { WitnessProgram } from "../../../circuits/src/builder/witnessProgram.ts";
import { FIELD_ORDER, toField } from "../../../circuits/src/field/scalarField.ts";
import { inputLane } from "../../../circuits/src/gadgets/inputLane.ts";
import { statementGadget } from "../../../circuits/src/gadgets/statement.ts";

export interface LaneRange {
  readonly bits: number;
  readonly minimum: bigint;
}

/** A gadget alone, with range-checked inputs and nothing else. */
export interface GadgetCircuit {
  readonly constraints: readonly Constraint[];
  readonly program: WitnessProgram;
  /** Constraints of the gadget itself: those of the inputs' range checks are left out. */
  readonly cost: number;
  readonly outputs: readonly Signal[];
  /** The input wires: a gadget's other wires are determined by them. */
  readonly given: ReadonlySet<number>;
  run(inputs: readonly bigint[]): { wires: bigint[]; outputs: bigint[] };
}

export function gadgetCircuit(
  ranges: readonly LaneRange[],
  build: (builder: CircuitBuilder, inputs: Signal[]) => Signal[],
): GadgetCircuit {
  const builder = new CircuitBuilder();
  const inputs = ranges.map(({ bits, minimum }) => inputLane(builder, bits, minimum));
  const before = builder.constraints.length;
  const outputs = build(builder, inputs);
  const cost = builder.constraints.length - before;
  const constraints = builder.constraints.slice();
  const gadgetWires = builder.wireCount;
  // The witness runner needs a statement; its wires come after the gadget's and are not attacked here.
  const contextWire = builder.newWire();
  statementGadget(builder, [inputs[0]!.lc, inputs[0]!.lc]);
  const program: WitnessProgram = {
    wireCount: builder.wireCount,
    lanes: builder.lanes,
    contextWire,
    statement: [inputs[0]!.lc, inputs[0]!.lc],
    outputs: outputs.map(({ lc }) => lc),
    steps: builder.steps,
  };
  return {
    constraints,
    program,
    cost,
    outputs,
    given: new Set(builder.lanes.map(({ wire }) => wire)),
    run(values) {
      const { wires, outputs: results } = calculateWitness(program, {
        inputs: values,
        drawChallenge: () => 7n,
      });
      return { wires: wires.slice(0, gadgetWires), outputs: results };
    },
  };
}

/** Checks that the honest witness satisfies the constraints, gives `expected`, and stays in the signals' bounds. */
export function expectOutputs(
  circuit: GadgetCircuit,
  inputs: readonly bigint[],
  expected: readonly bigint[],
): bigint[] {
  const { wires, outputs } = circuit.run(inputs);
  expect(outputs, `outputs for ${inputs}`).to.deep.equal(expected);
  expect(findViolation(circuit.constraints, wires), `violated constraint for ${inputs}`).to.equal(undefined);
  for (const [i, { lo, hi }] of circuit.outputs.entries()) {
    expect(outputs[i]! >= lo && outputs[i]! <= hi, `${outputs[i]} in [${lo}, ${hi}]`).to.equal(true);
  }
  return wires;
}

/** Values that an attacker would try in place of `x`. */
export function forgeries(x: bigint): bigint[] {
  const candidates = [
    0n,
    1n,
    2n,
    x + 1n,
    x - 1n,
    -x,
    2n * x,
    x + (1n << 16n),
    1n - x,
    FIELD_ORDER - 1n,
    FIELD_ORDER >> 1n,
    0x1234567890abcdefn * (x + 3n),
  ];
  return [...new Set(candidates.map(toField))].filter((value) => value !== x);
}

/**
 * Replaces each wire of a satisfying witness, one at a time, by every forgery, and fails when the constraints still
 * hold: such a wire would be free. Left alone are wire 0, the public wires, and the wires that are `given`.
 */
export function expectEveryWireBound(
  constraints: readonly Constraint[],
  witness: readonly bigint[],
  given: ReadonlySet<number> = new Set(),
): void {
  const readers = new Map<number, Constraint[]>();
  for (const constraint of constraints) {
    const wires = new Set([...constraint.a.wires, ...constraint.b.wires, ...constraint.c.wires]);
    for (const wire of wires) readers.set(wire, [...(readers.get(wire) ?? []), constraint]);
  }
  const forged = [...witness];
  for (let wire = 4; wire < witness.length; wire++) {
    if (given.has(wire)) continue;
    for (const value of forgeries(witness[wire]!)) {
      forged[wire] = value;
      // Only constraints that read the wire can notice.
      const violated = findViolation(readers.get(wire) ?? [], forged);
      expect(violated, `wire ${wire} accepts ${value} instead of ${witness[wire]}`).to.not.equal(undefined);
    }
    forged[wire] = witness[wire]!;
  }
}

/** {@link expectOutputs}, then {@link expectEveryWireBound} with the inputs given. */
export function expectOutputsBound(
  circuit: GadgetCircuit,
  inputs: readonly bigint[],
  expected: readonly bigint[],
): void {
  const wires = expectOutputs(circuit, inputs, expected);
  expectEveryWireBound(circuit.constraints, wires, circuit.given);
}

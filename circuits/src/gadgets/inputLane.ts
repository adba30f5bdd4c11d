import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, wireLc } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { decompose } from "./decompose.ts";

/**
 * One input integer in [minimum, minimum + 2^bits), in `bits` constraints. The wire holds value - minimum, which is
 * also the lane that the packing takes.
 *
 * Unique: given the input, the wire is it and its bits are determined (see {@link decompose}); the statement binds the wire.
 */
export function inputLane(builder: CircuitBuilder, bits: number, minimum: bigint): Signal {
  const wire = builder.newWire();
  builder.lanes.push({ wire, minimum, bits });
  decompose(builder, wireLc(wire), bits);
  return signal(addConstant(wireLc(wire), minimum), minimum, minimum + (1n << BigInt(bits)) - 1n);
}

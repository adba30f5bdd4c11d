import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { constantLc, scaleLc, subLc, wireLc } from "../builder/linearCombination.ts";
import { bitsFor, type Signal, signal } from "../builder/Signal.ts";
import { GadgetError } from "../errors.ts";
import { integerSquareRoot } from "../integer/integerSquareRoot.ts";
import { decompose } from "./decompose.ts";

/** Widest root: its square, and the remainder beside it, stay below 2^250. */
const MAX_ROOT_BITS = 124;

/**
 * `floor(sqrt(x))` for x >= 0, in three times the bits of the root and three constraints more.
 *
 * Unique: y is split into n bits, and both `x - y^2` and `2y - (x - y^2)` into n + 1, so as integers
 * y^2 <= x <= y^2 + 2y = (y + 1)^2 - 1; nothing wraps, since y^2 < 2^248.
 */
export function squareRoot(builder: CircuitBuilder, x: Signal): Signal {
  if (x.lo < 0n) throw new GadgetError(`square root of [${x.lo}, ${x.hi}]: the radicand must be at least 0`);
  const [lo, hi] = [integerSquareRoot(x.lo), integerSquareRoot(x.hi)];
  if (lo === hi) return signal(constantLc(lo), lo, hi);
  const bits = bitsFor(hi);
  if (bits > MAX_ROOT_BITS)
    throw new GadgetError(`a root of ${bits} bits is too wide: rescale its argument first`);
  const root = wireLc(builder.newWire());
  builder.step({ op: "squareRoot", source: x.lc, out: root.wires[0]! });
  decompose(builder, root, bits);
  const remainder = subLc(x.lc, builder.product("select", root, root));
  decompose(builder, remainder, bits + 1);
  decompose(builder, subLc(scaleLc(root, 2n), remainder), bits + 1);
  return signal(root, lo, hi);
}

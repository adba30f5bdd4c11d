import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { combine, constantLc, type LinearCombination, subLc, wireLc } from "../builder/linearCombination.ts";
import type { Signal } from "../builder/Signal.ts";
import { CHALLENGE_WIRE, DIGEST_WIRE, EVALUATION_WIRE } from "../builder/witnessProgram.ts";
import { GadgetError } from "../errors.ts";
import {
  laneMaximum,
  laneMinimum,
  lanesPerWord,
  packedWords,
  type TensorSpec,
} from "../statement/tensorSpec.ts";
import { poseidonSpongeGadget } from "./poseidon.ts";

/**
 * The packed words of a tensor. Every signal is proved to lie in its interval by the constraints that made it, and
 * the interval must fit the lane, so the packing is injective and costs nothing.
 */
export function packSignals(
  signals: readonly Signal[],
  spec: Pick<TensorSpec, "bits" | "isSigned">,
): LinearCombination[] {
  const [minimum, maximum] = [laneMinimum(spec), laneMaximum(spec)];
  const perWord = lanesPerWord(spec.bits);
  return Array.from({ length: packedWords({ count: signals.length, bits: spec.bits }) }, (_, word) => {
    const lanes = signals.slice(word * perWord, (word + 1) * perWord);
    return combine(
      lanes.map((lane, i): [bigint, LinearCombination] => {
        if (lane.lo < minimum || lane.hi > maximum) {
          throw new GadgetError(
            `a signal in [${lane.lo}, ${lane.hi}] does not fit a lane of [${minimum}, ${maximum}]`,
          );
        }
        return [1n << BigInt(spec.bits * i), lane.lc];
      }),
      -minimum * repeatedLane(lanes.length, spec.bits),
    );
  });
}

/** `sum of 2^(bits * i)` for `count` lanes. */
function repeatedLane(count: number, bits: number): bigint {
  let sum = 0n;
  for (let i = 0; i < count; i++) sum += 1n << BigInt(bits * i);
  return sum;
}

/** `PoseidonSponge(packed inputs, salt)` with a fresh salt wire. */
export function commitmentGadget(
  builder: CircuitBuilder,
  packedInputs: readonly LinearCombination[],
): { commitment: LinearCombination; saltWire: number } {
  const saltWire = builder.newWire();
  const commitment = poseidonSpongeGadget(builder, [...packedInputs, wireLc(saltWire)]);
  return { commitment, saltWire };
}

/**
 * The statement of design 3.1 over v = (context, inputs..., outputs...): `digest = PoseidonSponge(v)` and
 * `evaluation = sum v[i] * challenge^i`, for the sponge and one constraint an element.
 *
 * Unique: given v and the challenge, both are functions of them; v itself is fixed by the verifier through the
 * challenge, which covers the digest and v (Schwartz-Zippel, error at most length / r).
 */
export function statementGadget(builder: CircuitBuilder, v: readonly LinearCombination[]): void {
  const digest = poseidonSpongeGadget(builder, v);
  builder.constrain("hash", digest, constantLc(1n), wireLc(DIGEST_WIRE));
  builder.step({ op: "challenge" });
  const challenge = wireLc(CHALLENGE_WIRE);
  let sum = v[v.length - 1]!;
  for (let i = v.length - 2; i >= 1; i--) {
    sum = combine([
      [1n, builder.product("statement", sum, challenge)],
      [1n, v[i]!],
    ]);
  }
  builder.constrain("statement", sum, challenge, subLc(wireLc(EVALUATION_WIRE), v[0]!));
}

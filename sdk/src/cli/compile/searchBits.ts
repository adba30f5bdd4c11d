import {
  type CompiledModel,
  type CompileOptions,
  compileModel,
  measureFidelity,
  type Sample,
} from "@opg/circuits";
import { CliError } from "../CliError.ts";

const LEAST_BITS = 5;
const MOST_BITS = 20;

/** How much finer than the target a non-linear function is approximated, so that several leave room for one another. */
const TOLERANCE_SHARE = 1 / 8;

/** The bits that a search found, and the model compiled with them. */
export interface FoundBits {
  readonly options: CompileOptions;
  readonly compiled: CompiledModel;
}

/**
 * The cheapest setting whose largest relative error over `samples` is at most `target`. Activation bits cost
 * constraints in every layer, so they rise one by one until the target is met; output bits only cost range checks of
 * the outputs and fall from there, where that saves any. The bits that `fixed` gives stay.
 * @throws CliError TARGET when the finest setting misses the target too.
 */
export function searchBits(
  onnx: Uint8Array,
  fixed: CompileOptions,
  samples: readonly Sample[],
  target: number,
  onTry: (description: string) => void,
): FoundBits {
  const finest = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(-Math.log2(target)) + 3));
  let best = Number.POSITIVE_INFINITY;
  const attempt = (activationBits: number, outputBits: number): FoundBits | undefined => {
    const functionTolerance = Math.min(2 ** -6, target * TOLERANCE_SHARE);
    const options = { functionTolerance, activationBits, outputBits, ...fixed };
    const compiled = compileModel(onnx, options);
    const { maxRelError } = measureFidelity(compiled, samples).fidelity;
    best = Math.min(best, maxRelError);
    onTry(
      `${options.activationBits} activation bits, ${options.outputBits} output bits: ` +
        `error ${maxRelError.toExponential(1)}, ${compiled.circuit.r1cs.nConstraints} constraints`,
    );
    return maxRelError <= target ? { options, compiled } : undefined;
  };
  const activations = fixed.activationBits === undefined ? rising() : [fixed.activationBits];
  for (const activationBits of activations) {
    let found = attempt(activationBits, finest);
    if (!found) continue;
    if (fixed.outputBits !== undefined) return found;
    for (let outputBits = finest - 1; outputBits >= LEAST_BITS; outputBits--) {
      const next = attempt(activationBits, outputBits);
      if (!next) break;
      if (constraintsOf(next) < constraintsOf(found)) found = next;
    }
    return found;
  }
  throw new CliError(
    "TARGET",
    `no setting up to ${activations.at(-1)} activation bits meets a relative error of ${target}; the best has ` +
      `${best.toExponential(1)}: allow a larger error or more --input-bits`,
  );
}

function rising(): number[] {
  return Array.from({ length: MOST_BITS - LEAST_BITS + 1 }, (_, i) => LEAST_BITS + i);
}

function constraintsOf({ compiled }: FoundBits): number {
  return compiled.circuit.r1cs.nConstraints;
}

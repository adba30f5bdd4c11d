import { OnnxInputError, OnnxUnknownDimensionError, OnnxUnsupportedTypeError } from "./errors.ts";
import type { Dimension, ValueInfo } from "./Graph.ts";
import type { ValueType } from "./PreparedGraph.ts";
import type { Tensor } from "./Tensor.ts";

/** What a caller may say about dimensions that a model leaves open. */
export interface ShapeOptions {
  /** Whole shapes by input name. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Sizes by the dimension's symbolic name. */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** Example inputs, whose shapes count as given, and on which data-dependent shapes are measured. */
  readonly examples?: ReadonlyMap<string, Tensor>;
}

function isOpen(dimension: Dimension): boolean {
  return typeof dimension !== "number";
}

function givenShape(info: ValueInfo, options: ShapeOptions): readonly number[] | undefined {
  const given = options.shapes?.[info.name] ?? options.examples?.get(info.name)?.shape;
  if (given === undefined || info.shape === undefined) return given;
  const isFit =
    given.length === info.shape.length &&
    given.every((size, axis) => isOpen(info.shape![axis]) || info.shape![axis] === size);
  if (!isFit) {
    throw new OnnxInputError(
      `Input "${info.name}" is declared as [${info.shape.map((size) => size ?? "?").join(", ")}], ` +
        `so the shape [${given.join(", ")}] does not fit.`,
    );
  }
  return given;
}

/**
 * Fixes every dimension of the inputs. In this order: a given shape, a given symbol, the model's own number; an open
 * first dimension is the batch and becomes 1, as does any other dimension of the same symbol.
 *
 * @throws OnnxUnknownDimensionError for any other open dimension, OnnxInputError for a given shape that contradicts
 *   the model, OnnxUnsupportedTypeError for an input that is no tensor.
 */
export function fixShapes(inputs: readonly ValueInfo[], options: ShapeOptions): Map<string, ValueType> {
  const sizes = new Map<string, number>();
  for (const { shape } of inputs) {
    if (typeof shape?.[0] === "string") sizes.set(shape[0], 1);
  }
  for (const info of inputs) {
    givenShape(info, options)?.forEach((size, axis) => {
      const symbol = info.shape?.[axis];
      if (typeof symbol === "string") sizes.set(symbol, size);
    });
  }
  for (const [symbol, size] of Object.entries(options.dimensions ?? {})) sizes.set(symbol, size);
  const result = new Map<string, ValueType>();
  for (const info of inputs) {
    if (info.dtype === undefined) throw new OnnxUnsupportedTypeError(`Input "${info.name}"`, "no tensor");
    const given = givenShape(info, options);
    if (given === undefined && info.shape === undefined) {
      throw new OnnxUnknownDimensionError(info.name, 0, "no shape at all");
    }
    const shape =
      given ??
      info.shape!.map((dimension, axis) => {
        if (typeof dimension === "number") return dimension;
        const size = dimension === undefined ? undefined : sizes.get(dimension);
        if (size !== undefined) return size;
        if (axis === 0) return 1;
        throw new OnnxUnknownDimensionError(info.name, axis, dimension ?? "unnamed");
      });
    result.set(info.name, { dtype: info.dtype, shape });
  }
  return result;
}

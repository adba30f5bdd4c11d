import type { Decomposition } from "./Decomposition.ts";
import { SUMS_OF_PRODUCTS } from "./einsum.ts";
import { MICROSOFT } from "./microsoft.ts";
import { NORMALIZATIONS } from "./normalizations.ts";
import { POOLS } from "./pools.ts";
import { RECURRENCES } from "./recurrent.ts";

/** Operators of other domains that are only known by what they stand for, by `domain.Type`: always written out. */
export const FOREIGN_OPERATORS: ReadonlyMap<string, Decomposition> = new Map(
  Object.entries(MICROSOFT).map(([type, decomposition]) => [`com.microsoft.${type}`, decomposition]),
);

/** How operators of the default domain are written out as simpler ones, by type: where that is asked for. */
export const DECOMPOSITIONS: ReadonlyMap<string, Decomposition> = new Map(
  Object.entries({ ...NORMALIZATIONS, ...POOLS, ...RECURRENCES, ...SUMS_OF_PRODUCTS }),
);

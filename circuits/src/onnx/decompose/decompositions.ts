import type { Decomposition } from "./Decomposition.ts";
import { SUMS_OF_PRODUCTS } from "./einsum.ts";
import { NORMALIZATIONS } from "./normalizations.ts";
import { POOLS } from "./pools.ts";
import { RECURRENCES } from "./recurrent.ts";

/** How operators of the default domain are written out as simpler ones, by type. */
export const DECOMPOSITIONS: ReadonlyMap<string, Decomposition> = new Map(
  Object.entries({ ...NORMALIZATIONS, ...POOLS, ...RECURRENCES, ...SUMS_OF_PRODUCTS }),
);

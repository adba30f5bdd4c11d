import { writeFileSync } from "node:fs";
import { statementVectors } from "../test/support/statementVectors.ts";

/** Writes `test/vectors/statement.json` anew; the tests compare every implementation with it. */
writeFileSync(
  new URL("../test/vectors/statement.json", import.meta.url),
  `${JSON.stringify(statementVectors(), null, 2)}\n`,
);

/**
 * Prints the constraint counts of every gadget and its circom specification, and writes them into
 * docs/soundness.md.
 *
 * node scripts/soundness-table.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { costTable, renewCostTable } from "../test/circuits/soundness/costTable.ts";

const page = new URL("../docs/soundness.md", import.meta.url);
writeFileSync(page, renewCostTable(readFileSync(page, "utf8")));
console.log(costTable());

import { countSpec } from "./circom.ts";
import { bareGadget, SPEC_CASES } from "./specCases.ts";

/** Constraints of every gadget and of the template that specifies it, as a Markdown table. */
export function costTable(): string {
  const rows = SPEC_CASES.map((spec) => {
    const ours = bareGadget(spec).constraints.length;
    const theirs = countSpec(spec.file, spec.template);
    const source = `[${spec.file}](../circuits/spec/${spec.file})`;
    return `| ${spec.name} | ${source} | ${ours} | ${theirs} |`;
  });
  return ["| Gadget | Template | Builder | circom --O2 |", "|---|---|---:|---:|", ...rows].join("\n");
}

const BEGIN = "<!-- costs: begin, written by scripts/soundness-table.ts -->";
const END = "<!-- costs: end -->";

/** The page with its table renewed. */
export function renewCostTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no section "${BEGIN}"`);
  return `${before}${BEGIN}\n\n${costTable()}\n\n${END}${after}`;
}

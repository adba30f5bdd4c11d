import { readFileSync } from "node:fs";

/** One tumour that neither model saw in training. */
export interface HeldOutRow {
  /** Row in scikit-learn's copy of the data. */
  row: number;
  /** 30 measurements in their natural units, in the order of the CSV's header. */
  features: number[];
  /** 0 malignant, 1 benign. */
  label: number;
}

/** The 143 held-out rows, in the order of `heldout.csv`. */
export function readHeldOut(): HeldOutRow[] {
  const lines = readFileSync(new URL("heldout.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line) => {
    const values = line.split(",").map(Number);
    return { row: values[0]!, features: values.slice(1, -1), label: values.at(-1)! };
  });
}

import { styleText } from "node:util";

/** Work shorter than this is not announced. */
const QUIET_MS = 1000;

/** Where commands write: results to stdout, as text or as one JSON document; progress to stderr. */
export class Terminal {
  readonly #isJson: boolean;
  #started = performance.now();
  #last = 0;
  #task = "";
  #phase = "";

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** Prints a command's result: `value` for machines, or the lines that say the same to people. */
  result(value: unknown, lines: readonly string[]): void {
    process.stdout.write(
      this.#isJson ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(""),
    );
  }

  /** Tells how far a phase is, once it has run for a second and then at most once a second. */
  readonly progress = (phase: string, done?: number): void => {
    const now = performance.now();
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#started = now;
      this.#last = now;
    }
    if (now - this.#started < QUIET_MS || now - this.#last < QUIET_MS) return;
    this.#last = now;
    const part = done === undefined ? "" : ` ${Math.floor(100 * done)} %`;
    process.stderr.write(`${this.#task}${phase}${part}\n`);
  };

  /** Announces a task; progress from now on is a part of it. */
  announce(task: string): void {
    this.#task = `${task}: `;
    process.stderr.write(`${task} ...\n`);
  }
}

export function strong(text: string): string {
  return styleText("bold", text);
}

export function good(text: string): string {
  return styleText("green", text);
}

export function bad(text: string): string {
  return styleText("red", text);
}

/** Rows in columns; a column whose cells below the first row are all numbers is flush right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const isNumeric = widths.map((_, i) => rows.slice(1).every((row) => /^[\d,.]*$/.test(row[i]!)));
  return rows.map((row) =>
    row
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
}

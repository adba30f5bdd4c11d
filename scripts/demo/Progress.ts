import ora from "ora";

/** Shows what the demo is doing, on stderr: a spinner on a terminal, a line a step elsewhere, nothing when quiet. */
export class Progress {
  readonly #isQuiet: boolean;

  constructor({ isQuiet }: { isQuiet: boolean }) {
    this.#isQuiet = isQuiet;
  }

  /** Runs `work` under the title `text`; `done` says how it ended. */
  async step<T>(text: string, work: () => Promise<T>, done: (result: T) => string = () => text): Promise<T> {
    const spinner = ora({ text, isSilent: this.#isQuiet }).start();
    const start = performance.now();
    try {
      const result = await work();
      spinner.succeed(`${done(result)} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      spinner.fail(text);
      throw error;
    }
  }
}

import { QuantizationError } from "../errors.ts";

/**
 * All that lowering learned from the calibration samples: the extremes that it asked for, in the order in which it
 * asked. With them the same model and options give the same circuit, byte for byte, without the samples.
 */
export type CalibratedExtremes = readonly number[];

/** Answers lowering's questions about the samples, and keeps the answers; or repeats those of an earlier run. */
export class CalibrationRecord {
  readonly #answers: number[];
  readonly #isReplay: boolean;
  #next = 0;

  constructor(recorded?: CalibratedExtremes) {
    this.#answers = [...(recorded ?? [])];
    this.#isReplay = recorded !== undefined;
  }

  /** The `count` numbers that `measure` finds in the samples, or found when they were recorded. */
  ask(count: number, measure: () => readonly number[]): readonly number[] {
    if (!this.#isReplay) {
      // JSON, in which records are kept, has no negative zero.
      const answer = measure().map((x) => x + 0);
      this.#answers.push(...answer);
      return answer;
    }
    const answer = this.#answers.slice(this.#next, this.#next + count);
    this.#next += count;
    if (answer.length < count) throw foreign("it ends early");
    return answer;
  }

  /**
   * The whole record, once lowering is done.
   * @throws QuantizationError when a replayed record holds more than was asked for.
   */
  finish(): CalibratedExtremes {
    if (this.#isReplay && this.#next !== this.#answers.length) {
      throw foreign(`${this.#answers.length - this.#next} numbers are left over`);
    }
    return this.#answers;
  }
}

function foreign(detail: string): QuantizationError {
  return new QuantizationError(
    `the recorded calibration is not of this model and these options (${detail}): calibrate again`,
  );
}

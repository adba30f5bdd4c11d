import { readFileSync } from "node:fs";
import { type Candle, WINDOW_HOURS, windowFeatures } from "./features.ts";

/** A held-out window, ready for the model, and what the next hour's range was. */
export interface EvaluationWindow {
  readonly input: number[];
  /** log2 of the next hour's high-low range in basis points: the target. */
  readonly target: number;
}

interface TimedCandle extends Candle {
  readonly time: number;
}

const HOUR = 3_600_000;

/** The span that `train.py` holds out, in Unix milliseconds. */
const HELD_OUT = [Date.UTC(2024, 4, 2), Date.UTC(2025, 1, 3)] as const;

/**
 * The held-out windows of a candle file (CSV: time, open, high, low, close, volume, more columns ignored), by the rules
 * of `train.py`: no gap, no hour without trade, window and target inside the span.
 */
export function readHeldOutWindows(path: string): EvaluationWindow[] {
  const candles = readFileSync(path, "utf8").trim().split("\n").slice(1).map(parseCandle);
  const windows: EvaluationWindow[] = [];
  for (let last = WINDOW_HOURS - 1; last + 1 < candles.length; last++) {
    const hours = candles.slice(last + 1 - WINDOW_HOURS, last + 2);
    const [first, target] = [hours[0]!, hours.at(-1)!];
    if (first.time < HELD_OUT[0] || target.time >= HELD_OUT[1]) continue;
    if (target.time - first.time !== WINDOW_HOURS * HOUR) continue;
    if (!hours.every(({ volume, high, low }) => volume > 0 && high > low)) continue;
    windows.push({ input: windowFeatures(hours.slice(0, -1)), target: logRange(target) });
  }
  return windows;
}

function parseCandle(line: string): TimedCandle {
  const [stamp, open, high, low, close, volume] = line.split(",").map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // The public archives count microseconds from 2025 on.
  return { time: stamp > 1e14 ? stamp / 1000 : stamp, open, high, low, close, volume };
}

function logRange({ high, low }: Candle): number {
  return Math.log2(10_000 * Math.log(high / low));
}

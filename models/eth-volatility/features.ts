import { WindowError } from "./WindowError.ts";

/** One hourly candle: prices in the quote currency, volume in the base currency. */
export interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Hours in a window. */
export const WINDOW_HOURS = 24;

const STEP = 2 ** -10;
const PRICE_RANGE = [-32, 32 - STEP] as const;
const VOLUME_RANGE = [-16, 8 - STEP] as const;

/**
 * The model's input, row-major [24, 5], from 24 consecutive hourly candles, oldest first.
 *
 * Open, high, low and close become percent above the window's last close, clamped to [-32, 32); volume is
 * log2 of its ratio to the window's mean volume, clamped to [-16, 8). Every value is rounded to a multiple of
 * 2^-10, halves up, so 16-bit signed lanes of scale 10 hold it exactly. `train.py` applies the same rule.
 *
 * @throws {WindowError} if there are not 24 candles, one of them is impossible, or nothing was traded at all.
 */
export function windowFeatures(candles: readonly Candle[]): number[] {
  if (candles.length !== WINDOW_HOURS) {
    throw new WindowError(
      "WINDOW_LENGTH",
      `${candles.length} candles: pass the last ${WINDOW_HOURS}, oldest first`,
    );
  }
  candles.forEach(refuseImpossible);
  const close = candles[WINDOW_HOURS - 1]!.close;
  const volume = candles.reduce((sum, candle) => sum + candle.volume, 0);
  if (volume === 0) {
    throw new WindowError(
      "WINDOW_VOLUME",
      "nothing was traded in the whole window: there is no volume to compare with",
    );
  }
  return candles.flatMap((candle) => [
    ...[candle.open, candle.high, candle.low, candle.close].map((price) =>
      quantise(100 * (price / close - 1), PRICE_RANGE),
    ),
    quantise(Math.log2((candle.volume * WINDOW_HOURS) / volume), VOLUME_RANGE),
  ]);
}

function quantise(value: number, [low, high]: readonly [number, number]): number {
  // Adding 0 turns -0 into 0.
  return Math.round(Math.min(Math.max(value, low), high) / STEP) * STEP + 0;
}

function refuseImpossible({ open, high, low, close, volume }: Candle, index: number): void {
  const ordered = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
  if (!ordered || !(volume >= 0) || !Number.isFinite(high) || !Number.isFinite(volume)) {
    throw new WindowError(
      "WINDOW_CANDLE",
      `candle ${index} (open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}) ` +
        "is impossible: prices must be positive and finite with low <= open, close <= high, " +
        "and volume finite and not negative",
    );
  }
}

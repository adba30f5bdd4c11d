import { expect } from "chai";
import { type Candle, windowFeatures } from "../../models/eth-volatility/features.ts";
import { WindowError } from "../../models/eth-volatility/WindowError.ts";
import { readCalibration, readFacts, readSamples } from "./support/folder.ts";

type CandleRow = [open: number, high: number, low: number, close: number, volume: number];

const { samples } = readSamples<{ target: number; candles: CandleRow[] }>("eth-volatility");
const window = samples[0]!.candles.map(toCandle);

function toCandle([open, high, low, close, volume]: CandleRow): Candle {
  return { open, high, low, close, volume };
}

function withCandle(index: number, change: Partial<Candle>): Candle[] {
  return window.map((candle, i) => (i === index ? { ...candle, ...change } : candle));
}

function refusal(candles: Candle[]): string {
  try {
    windowFeatures(candles);
  } catch (error) {
    if (error instanceof WindowError) return error.code;
    throw error;
  }
  return "none";
}

describe("windowFeatures", () => {
  it("makes exactly the inputs that the training script made from the same candles", () => {
    for (const { candles, input } of samples)
      expect(windowFeatures(candles.map(toCandle))).to.deep.equal(input);
  });

  it("gives multiples of 2^-10 that fit the declared lanes, like every calibration input", () => {
    const { inputBits, inputScale } = readFacts("eth-volatility", "model");
    for (const input of [windowFeatures(window), ...readCalibration("eth-volatility").inputs]) {
      const lanes = input.map((value) => value * 2 ** inputScale);
      expect(lanes.every((lane) => Number.isInteger(lane) && Math.abs(lane) < 2 ** (inputBits - 1))).to.equal(
        true,
      );
    }
  });

  it("does not change when all prices or all volumes are doubled", () => {
    const doubled = window.map(({ open, high, low, close, volume }) => ({
      open: open * 2,
      high: high * 2,
      low: low * 2,
      close: close * 2,
      volume: volume * 2,
    }));
    expect(windowFeatures(doubled)).to.deep.equal(windowFeatures(window));
  });

  it("clamps a crash and a dead hour to the ends of the declared ranges", () => {
    const { close } = window[23]!;
    const crash = withCandle(0, { open: close * 2, high: close * 2, volume: 0 });
    const features = windowFeatures(crash);
    expect([features[0], features[1], features[4]]).to.deep.equal([32 - 2 ** -10, 32 - 2 ** -10, -16]);
    expect(windowFeatures(withCandle(0, { low: close / 100 }))[2]).to.equal(-32);
  });

  it("refuses a window that is not 24 hours long", () => {
    expect(refusal(window.slice(1))).to.equal("WINDOW_LENGTH");
    expect(refusal([...window, window[0]!])).to.equal("WINDOW_LENGTH");
  });

  it("refuses a window in which nothing was traded", () => {
    expect(refusal(window.map((candle) => ({ ...candle, volume: 0 })))).to.equal("WINDOW_VOLUME");
  });

  for (const [what, change] of [
    ["a high below the close", { high: 1 }],
    ["a low above the open", { low: 1e6 }],
    ["a price of zero", { low: 0 }],
    ["a price that is not a number", { close: Number.NaN }],
    ["an infinite price", { high: Number.POSITIVE_INFINITY }],
    ["a negative volume", { volume: -1 }],
    ["an infinite volume", { volume: Number.POSITIVE_INFINITY }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(refusal(withCandle(7, change))).to.equal("WINDOW_CANDLE");
    });
  }
});

/** Candles that make no input window; `code` is WINDOW_LENGTH, WINDOW_CANDLE or WINDOW_VOLUME. */
export class WindowError extends Error {
  readonly code: "WINDOW_LENGTH" | "WINDOW_CANDLE" | "WINDOW_VOLUME";

  constructor(code: WindowError["code"], message: string) {
    super(message);
    this.name = "WindowError";
    this.code = code;
  }
}

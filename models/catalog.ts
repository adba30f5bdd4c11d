/** An example model of this folder, and where its files are. */
export interface CatalogEntry {
  /** Its name in the registry and of its folder of compiled files. */
  readonly name: string;
  readonly folder: string;
  readonly onnx: string;
  /** `ModelFacts`: input ranges, labels. */
  readonly facts: string;
  readonly samples: string;
  readonly calibration: string;
  readonly licence: string;
}

const TRAINED_HERE = "MIT";

export const MODEL_CATALOG: readonly CatalogEntry[] = [
  {
    name: "breast-cancer-logistic",
    folder: "breast-cancer",
    onnx: "logistic.onnx",
    facts: "logistic.json",
    samples: "logistic.samples.json",
    calibration: "calibration.json",
    licence: TRAINED_HERE,
  },
  {
    name: "breast-cancer-mlp",
    folder: "breast-cancer",
    onnx: "mlp.onnx",
    facts: "mlp.json",
    samples: "mlp.samples.json",
    calibration: "calibration.json",
    licence: TRAINED_HERE,
  },
  {
    name: "mnist-mlp",
    folder: "mnist-mlp",
    onnx: "model.onnx",
    facts: "model.json",
    samples: "samples.json",
    calibration: "calibration.json",
    licence: TRAINED_HERE,
  },
  {
    name: "eth-volatility",
    folder: "eth-volatility",
    onnx: "model.onnx",
    facts: "model.json",
    samples: "samples.json",
    calibration: "calibration.json",
    licence: TRAINED_HERE,
  },
];

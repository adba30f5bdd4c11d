import { encodeInput, interpret } from "@opg/circuits";
import { expect } from "chai";
import { readHeldOut } from "../../models/breast-cancer/heldOut.ts";
import { MODEL_CATALOG } from "../../models/catalog.ts";
import { type CompiledCatalogModel, compileCatalogModel } from "../../models/compileCatalogModel.ts";
import { loadDigits } from "../../models/mnist-mlp/digits.ts";

const compile = (name: string) => compileCatalogModel(MODEL_CATALOG.find((entry) => entry.name === name)!);

function outputsOf({ compiled, manifest }: CompiledCatalogModel, input: readonly number[]): bigint[] {
  const values = interpret(compiled.quantized.graph, encodeInput(input, manifest.input));
  return compiled.quantized.outputLanes.map((lane) => values[lane]!);
}

describe("the integer models on held-out data", () => {
  it("breast-cancer-logistic labels 136 of 143 rows rightly, as its float original does", async () => {
    const model = await compile("breast-cancer-logistic");
    const right = readHeldOut().filter(
      ({ features, label }) => outputsOf(model, features)[0] === BigInt(label),
    );
    expect(right).to.have.lengthOf(136);
  });

  it("breast-cancer-mlp labels 137 of 143 rows rightly, as its float original does", async () => {
    const model = await compile("breast-cancer-mlp");
    const half = 1n << BigInt(model.manifest.output.scale - 1);
    const right = readHeldOut().filter(
      ({ features, label }) => outputsOf(model, features)[0]! > half === (label === 1),
    );
    expect(right).to.have.lengthOf(137);
  });

  it("mnist-mlp reads 1,937 of 2,000 digits rightly, as its float original does", async () => {
    const model = await compile("mnist-mlp");
    const right = loadDigits().heldOut.filter(({ pixels, label }) => {
      const logits = outputsOf(model, Array.from(pixels));
      return logits.indexOf(logits.reduce((x, y) => (x > y ? x : y))) === label;
    });
    expect(right).to.have.lengthOf(1937);
  }).timeout(60_000);
});

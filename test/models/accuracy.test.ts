import { expect } from "chai";
import { readHeldOut } from "../../models/breast-cancer/heldOut.ts";
import { HELD_OUT_PER_DIGIT, loadDigits } from "../../models/mnist-mlp/digits.ts";
import { FloatModel } from "./support/FloatModel.ts";
import { readCalibration, readSamples } from "./support/folder.ts";

describe("models/breast-cancer on the held-out rows", () => {
  const rows = readHeldOut();

  it("holds out 143 rows, 53 of them malignant, and samples only from these", () => {
    expect(rows).to.have.lengthOf(143);
    expect(rows.filter(({ label }) => label === 0)).to.have.lengthOf(53);
    for (const name of ["logistic", "mlp"]) {
      for (const sample of readSamples<{ row: number; label: number }>(
        "breast-cancer",
        `${name}.samples.json`,
      ).samples) {
        const row = rows.find((candidate) => candidate.row === sample.row);
        expect(row).to.deep.equal({ row: sample.row, features: sample.input, label: sample.label });
      }
    }
  });

  it("calibrates on none of them", () => {
    const heldOut = new Set(rows.map(({ features }) => features.join()));
    const { inputs } = readCalibration("breast-cancer");
    expect(inputs.filter((input) => heldOut.has(input.join()))).to.deep.equal([]);
  });

  for (const [name, right] of [
    ["logistic", 136],
    ["mlp", 137],
  ] as const) {
    it(`${name} labels ${right} of 143 rightly, as its card says`, async () => {
      const model = await FloatModel.load("breast-cancer", name);
      let count = 0;
      for (const { features, label } of rows) {
        const benign = (await model.run(features)).at(-1)!;
        if (Number(benign > 0.5) === label) count++;
      }
      expect(count).to.equal(right);
    });
  }
});

describe("models/mnist-mlp on the held-out digits", () => {
  const { train, heldOut } = loadDigits();

  it("splits the 10,000 digits into 8,000 and the last 200 of each label", () => {
    expect([train.length, heldOut.length]).to.deep.equal([8000, 2000]);
    for (let label = 0; label < 10; label++) {
      const indices = heldOut.filter((digit) => digit.label === label).map(({ index }) => index);
      expect(indices).to.have.lengthOf(HELD_OUT_PER_DIGIT);
      expect(Math.min(...indices)).to.equal(train.filter((digit) => digit.label === label).length);
    }
  });

  it("samples only held-out digits and calibrates only on the others", () => {
    const same = (input: number[]) => (digit: { pixels: Uint8Array }) => digit.pixels.join() === input.join();
    for (const sample of readSamples<{ label: number; index: number }>("mnist-mlp").samples) {
      const digit = heldOut.find(({ label, index }) => label === sample.label && index === sample.index);
      expect(Array.from(digit!.pixels)).to.deep.equal(sample.input);
    }
    const seen = new Set(train.map(({ pixels }) => pixels.join()));
    expect(readCalibration("mnist-mlp").inputs.every((input) => seen.has(input.join()))).to.equal(true);
    expect(heldOut.some(same(readCalibration("mnist-mlp").inputs[0]!))).to.equal(false);
  });

  it("reads 1,937 of 2,000 digits rightly, as its card says", async () => {
    const model = await FloatModel.load("mnist-mlp", "model");
    let count = 0;
    for (const { pixels, label } of heldOut) {
      const logits = await model.run(pixels);
      if (logits.indexOf(Math.max(...logits)) === label) count++;
    }
    // Another build of the runtime may sum in another order and tip a digit that lies on the border.
    expect(count).to.be.closeTo(1937, 1);
  });
});

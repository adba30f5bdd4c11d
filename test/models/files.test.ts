import { createHash } from "node:crypto";
import { expect } from "chai";
import { FloatModel } from "./support/FloatModel.ts";
import { MODELS, readCalibration, readFacts, readModelFile, readSamples } from "./support/folder.ts";

for (const { folder, name, samples } of MODELS) {
  describe(`models/${folder}/${name}.onnx`, () => {
    const facts = readFacts(folder, name);
    const file = readSamples(folder, samples);

    it("is the file whose hash its facts state", () => {
      const bytes = readModelFile(`${folder}/${name}.onnx`);
      expect(createHash("sha256").update(bytes).digest("hex")).to.equal(facts.sha256);
      expect([facts.model, file.model]).to.deep.equal([`${name}.onnx`, `${name}.onnx`]);
    });

    it("declares ranges that hold the training data and fit the suggested lanes", () => {
      const least = facts.inputSigned ? -(2 ** (facts.inputBits - 1)) : 0;
      for (const { name: feature, observed, declared } of facts.inputRanges) {
        expect(declared[0], feature).to.be.at.most(observed[0]);
        expect(declared[1], feature).to.be.at.least(observed[1]);
        expect(declared[0] * 2 ** facts.inputScale, feature).to.be.at.least(least);
        expect(declared[1] * 2 ** facts.inputScale, feature).to.be.at.most(least + 2 ** facts.inputBits - 1);
      }
    });

    it("has samples and calibration inputs of its shape, all within the declared ranges", () => {
      const { shape, inputs } = readCalibration(folder);
      const size = facts.inputShape.reduce((product, side) => product * side, 1);
      expect(shape).to.deep.equal(facts.inputShape);
      for (const sample of file.samples) expect(sample.shape).to.deep.equal(facts.inputShape);
      for (const input of [...inputs, ...file.samples.map((sample) => sample.input)]) {
        expect(input).to.have.lengthOf(size);
        const outside = input.findIndex((value, i) => {
          const [low, high] = facts.inputRanges[i % facts.inputRanges.length]!.declared;
          return value < low || value > high;
        });
        expect(outside).to.equal(-1);
      }
    });

    it("gives the stated float outputs for its samples", async () => {
      const model = await FloatModel.load(folder, name);
      expect(file.output).to.equal(facts.output);
      for (const { input, floatOutput } of file.samples) {
        const output = await model.run(input);
        expect(output).to.have.lengthOf(facts.outputs.length);
        output.forEach((value, i) => {
          expect(value).to.be.closeTo(floatOutput[i]!, 1e-4);
        });
      }
    });
  });
}

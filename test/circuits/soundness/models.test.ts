import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeR1cs } from "@opg/groth16";
import { expect } from "chai";
import { type CompiledModel, compileModel, writeWitnessProgram } from "../../../circuits/src/index.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { givenWiresOf } from "../../../circuits/src/soundness/givenWires.ts";
import type { Visibility } from "../../../circuits/src/statement/tensorSpec.ts";
import { MODELS, readCalibration, readFacts, readModelFile } from "../../models/support/folder.ts";

function compile(folder: string, name: string, inputVisibility: Visibility): CompiledModel {
  const { inputRanges, inputShape, inputBits } = readFacts(folder, name);
  const count = inputShape.reduce((product, size) => product * size, 1);
  return compileModel(readModelFile(`${folder}/${name}.onnx`), {
    calibration: readCalibration(folder).inputs,
    inputVisibility,
    input: {
      bits: inputBits,
      ranges: Array.from({ length: count }, (_, i) => {
        const [min, max] = inputRanges[i % inputRanges.length]!.declared;
        return { min, max };
      }),
    },
  });
}

describe("whole models, given inputs, context, salt and challenge", () => {
  for (const { folder, name } of MODELS) {
    for (const visibility of ["committed", "public"] as const) {
      it(`${folder} ${name} with ${visibility} inputs has one witness`, () => {
        const { circuit } = compile(folder, name, visibility);
        const given = givenWiresOf(circuit.program);
        const started = performance.now();
        const report = checkDeterminism(circuit.r1cs, { given });
        expect(performance.now() - started, "milliseconds").to.be.lessThan(15_000);
        expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
        expect(report.determined.length).to.equal(circuit.r1cs.nVars - 1 - given.length);
      });
    }
  }

  it("are not determined once a single booleanity constraint is taken away", () => {
    const { circuit } = compile("breast-cancer", "logistic", "committed");
    const { constraints } = circuit;
    const dropped = constraints.findIndex(({ a }) => a.wires.length === 1 && a.constant === 0n);
    const { a, b, c, ...rest } = circuit.r1cs;
    const without = (matrix: typeof a) => {
      const [from, to] = [matrix.rowPtr[dropped]!, matrix.rowPtr[dropped + 1]!];
      const rowPtr = matrix.rowPtr.map((at, row) => (row > dropped ? at - (to - from) : at));
      return {
        rowPtr: Uint32Array.from([...rowPtr].toSpliced(dropped, 1)),
        cols: Uint32Array.from([...matrix.cols].toSpliced(from, to - from)),
        coefs: Uint32Array.from([...matrix.coefs].toSpliced(from, to - from)),
      };
    };
    const r1cs = {
      ...rest,
      nConstraints: rest.nConstraints - 1,
      a: without(a),
      b: without(b),
      c: without(c),
    };
    const report = checkDeterminism(r1cs, { given: givenWiresOf(circuit.program) });
    expect(report.undecided).to.include(constraints[dropped]!.a.wires[0]);
  });
});

describe("scripts/check-determinism.ts", () => {
  const script = fileURLToPath(new URL("../../../scripts/check-determinism.ts", import.meta.url));
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "determinism-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  it("checks a model's files and reports in JSON", () => {
    const { circuit } = compile("breast-cancer", "logistic", "committed");
    const [file, program] = [join(folder, "model.r1cs"), join(folder, "model.opgw")];
    writeFileSync(file, writeR1cs(circuit.r1cs));
    writeFileSync(program, writeWitnessProgram(circuit.program));
    const output = execFileSync(process.execPath, [script, file, "--program", program, "--json"]).toString();
    const report = JSON.parse(output);
    expect([report.constraintCount, report.undetermined, report.undecided]).to.deep.equal([
      circuit.constraints.length,
      [],
      [],
    ]);
  });

  it("tells a free wire by its exit status, and wrong usage from everything else", () => {
    const file = join(folder, "free.r1cs");
    const empty = { rowPtr: Uint32Array.of(0), cols: new Uint32Array(), coefs: new Uint32Array() };
    const header = { nVars: 3, nOutputs: 1, nPubInputs: 1, nPrvInputs: 0, nConstraints: 0 };
    writeFileSync(file, writeR1cs({ ...header, constants: new Uint8Array(), a: empty, b: empty, c: empty }));
    const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args]);
    const free = run(file);
    expect([free.status, free.stdout.toString()]).to.satisfy(
      ([status, text]: [number, string]) => status === 1 && text.includes("undetermined: 1"),
    );
    expect(run(file, "--given", "1").status).to.equal(1);
    expect(run(file, "--given", "1,2").status).to.equal(0);
    expect(run(file, "--given", "3").status).to.equal(64);
    expect(run().status).to.equal(64);
  });
});

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeR1cs } from "@opg/groth16";
import { expect } from "chai";
import { type CompiledModel, compileModel, writeWitnessProgram } from "../../../circuits/src/index.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { givenWiresOf } from "../../../circuits/src/soundness/givenWires.ts";
import type { Visibility } from "../../../circuits/src/statement/tensorSpec.ts";

const read = (path: string) => readFileSync(new URL(`../../../models/${path}`, import.meta.url));

function breastCancer(name: string, inputVisibility: Visibility): CompiledModel {
  const facts = JSON.parse(read(`breast-cancer/${name}.json`).toString());
  const { inputs } = JSON.parse(read("breast-cancer/calibration.json").toString());
  return compileModel(read(`breast-cancer/${name}.onnx`), {
    calibration: inputs,
    inputVisibility,
    input: {
      bits: 16,
      ranges: facts.inputRanges.map(({ declared }: { declared: number[] }) => ({
        min: declared[0],
        max: declared[1],
      })),
    },
  });
}

describe("whole models, given inputs, context, salt and challenge", () => {
  for (const name of ["logistic", "mlp"]) {
    for (const visibility of ["committed", "public"] as const) {
      it(`breast-cancer ${name} with ${visibility} inputs has one witness`, () => {
        const { circuit } = breastCancer(name, visibility);
        const given = givenWiresOf(circuit.program);
        const report = checkDeterminism(circuit.r1cs, { given });
        expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
        expect(report.determined.length).to.equal(circuit.r1cs.nVars - 1 - given.length);
      });
    }
  }

  it("are not determined once a single booleanity constraint is taken away", () => {
    const { circuit } = breastCancer("logistic", "committed");
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
    const { circuit } = breastCancer("logistic", "committed");
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

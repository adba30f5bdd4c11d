import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { modelFile } from "./support/modelFile.ts";
import { runOpg, runOpgJson } from "./support/runOpg.ts";

const WRONG_USAGE: [args: string[], says: RegExp][] = [
  [["frobnicate"], /unknown command 'frobnicate'/],
  [["compile", "x.onnx"], /required option '--calibrate <file>'[\s\S]*opg compile --help/],
  [
    ["compile", "x.onnx", "--calibrate", "c", "--out", "o", "--input-bits", "99"],
    /'99' is invalid. Use a whole number from 1 to 32/,
  ],
  [["compile", "x.onnx", "--calibrate", "c", "--out", "o", "--target", "-1"], /Use a number above 0/],
  [["compile", "x.onnx", "--calibrate", "c", "--out", "o", "--shape", "input"], /NAME=SIZE,SIZE/],
  [["setup", "beacon", "k", "--out", "o", "--beacon", "xyz"], /whole bytes in hexadecimal/],
  [["setup", "download-ptau"], /--power, --circuit and --file/],
  [["model", "verify", "d", "--onnx", "m", "--registry", "0x12"], /address of 20 bytes/],
  [["model", "verify", "d", "--onnx", "m", "--version", "x"], /whole number/],
  [["model", "verify", "d", "--onnx", "m", "--rpc", "http://localhost"], /go together/],
];

describe("the opg command", () => {
  for (const [args, says] of WRONG_USAGE) {
    it(`ends with 2 and a remedy for: opg ${args.join(" ")}`, async () => {
      const { code, stderr } = await runOpg(...args);
      expect(code).to.equal(2);
      expect(stderr).to.match(says);
      expect(stderr).not.to.contain("    at ");
    });
  }

  it("shows examples in the help of every command", async () => {
    for (const path of [
      "compile",
      "setup dev",
      "setup new",
      "setup contribute",
      "setup beacon",
      "model verify",
    ]) {
      const { code, stdout } = await runOpg(...path.split(" "), "--help");
      expect(code).to.equal(0);
      expect(stdout).to.contain(`$ opg ${path}`);
    }
  });

  it("ends with 1 for a file that is not there, with a stack trace only when asked for", async () => {
    const args = ["compile", "nowhere.onnx", "--calibrate", "c.json", "--out", "o"];
    const quiet = await runOpg(...args);
    expect(quiet.code).to.equal(1);
    expect(quiet.stderr).to.equal("error FILE: cannot read nowhere.onnx: there is no such file\n");
    expect((await runOpg(...args, "--debug")).stderr).to.contain("    at ");
    const { value } = await runOpgJson<{ error: { code: string } }>(...args);
    expect(value.error.code).to.equal("FILE");
  });

  it("names what is wrong with samples and facts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "opg-usage-"));
    const file = join(folder, "file.json");
    const compile = (...more: string[]) =>
      runOpg("compile", modelFile("mlp.onnx"), "--out", join(folder, "out"), ...more);
    const wrongSamples: [string, RegExp][] = [
      ["{", /is not JSON/],
      ["{}", /has no samples/],
      ['{"inputs": [[1, "2"]]}', /sample 0 .* is not a list of numbers/],
      ['{"inputs": [[1, 2], [1]]}', /sample 1 .* has 1 values, the first one 2/],
      ['{"inputs": [[1, 2]]}', /2 .*30|30 .*2/],
    ];
    for (const [text, says] of wrongSamples) {
      await writeFile(file, text);
      const { code, stderr } = await compile("--calibrate", file);
      expect(code).to.equal(1);
      expect(stderr).to.match(says);
    }
    const calibrate = ["--calibrate", modelFile("calibration.json"), "--facts", file];
    for (const [text, says] of [
      ["{}", /has no inputRanges/],
      ['{"inputRanges": [{}]}', /inputRanges\[0\] .* has no "declared"/],
      [JSON.stringify({ inputRanges: new Array(7).fill({ declared: [0, 1] }) }), /7 input ranges/],
    ] as const) {
      await writeFile(file, text);
      expect((await compile(...calibrate)).stderr).to.match(says);
    }
    await rm(folder, { recursive: true });
  });
});

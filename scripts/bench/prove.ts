import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type Backend,
  createProver,
  devPowersOfTau,
  devSetup,
  Groth16Error,
  openBackend,
  writeWtns,
} from "../../groth16/src/index.ts";
import { type SampleCircuit, sampleCircuit } from "../../test/groth16/support/sampleCircuit.ts";
import { snarkjs, stopSnarkjs } from "../../test/groth16/support/snarkjs.ts";
import { wasmThroughput } from "./throughput.ts";

interface Case {
  name: string;
  domain: number;
  snarkjsMs: number;
  wasmMs: number;
  nativeMs: number | null;
  wasmRatio: number;
  nativeRatio: number | null;
}

type Engine = "snarkjs" | "wasm" | "native";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** log2 of the domain of the two main cases. */
    power: { type: "string", default: "16" },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    /** Leave out "native" to compare the two that run everywhere. */
    engines: { type: "string", default: "wasm,native" },
    /** Also the cost from 2^10 to 2^19 on one and two threads, without snarkjs. */
    sweep: { type: "boolean", default: false },
    /** Leave out the setup comparison, which waits for snarkjs' `zkey new`. */
    "no-setup": { type: "boolean", default: false },
  },
});
const threads = Number(options.threads);
const rounds = Number(options.rounds);
const engines: Engine[] = ["snarkjs", "wasm"];
if (options.engines.includes("native") && (await hasNative())) engines.push("native");

const power = Number(options.power);
const cases: Case[] = [
  await provingCase("mostly bits", power, 0.85),
  await provingCase("dense", power, 0),
  await freshCase("first proof in a fresh process", Math.min(power, 14), "milliseconds"),
];
const memory = await freshCase("peak memory in MB", power, "peakBytes");
const setup = options["no-setup"] ? null : await setupCase(power);
const sweep = options.sweep ? await sweepCases() : null;
await stopSnarkjs();

const throughput = await wasmThroughput();
const report = { threads, rounds, cases, peakMegabytes: memory, setup, throughput, sweep };
if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else printTables();

/** Rows that fill a domain of 2^power but for the rows of the public signals. */
function circuitOf(domainPower: number, bits: number): SampleCircuit {
  return sampleCircuit({ rows: 2 ** domainPower - 8, bits });
}

async function provingCase(name: string, domainPower: number, bits: number): Promise<Case> {
  const circuit = circuitOf(domainPower, bits);
  const { zkey } = await devSetup(circuit.file, { threads });
  const wtns = writeWtns(circuit.witness);
  const provers = new Map<Engine, () => Promise<unknown>>([
    ["snarkjs", () => snarkjs.groth16.prove(zkey, wtns)],
  ]);
  const close: (() => Promise<void>)[] = [];
  for (const engine of engines) {
    if (engine === "snarkjs") continue;
    const prover = await createProver(zkey, { backend: engine, threads });
    provers.set(engine, () => prover.prove(circuit.witness));
    close.push(() => prover.close());
  }
  const times = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  for (let round = -1; round < rounds; round++) {
    for (const engine of engines) {
      const started = performance.now();
      await provers.get(engine)!();
      // The first round warms every engine.
      if (round >= 0) times.get(engine)!.push(performance.now() - started);
    }
  }
  for (const end of close) await end();
  return summarize(name, 2 ** domainPower, times);
}

/** Start-up and memory, each engine in processes of its own. */
async function freshCase(
  name: string,
  domainPower: number,
  field: "milliseconds" | "peakBytes",
): Promise<Case> {
  const circuit = circuitOf(domainPower, 0.85);
  const folder = mkdtempSync(join(tmpdir(), "opg-bench-"));
  try {
    const [zkey, wtns] = [join(folder, "key.zkey"), join(folder, "witness.wtns")];
    writeFileSync(zkey, (await devSetup(circuit.file, { threads })).zkey);
    writeFileSync(wtns, writeWtns(circuit.witness));
    const times = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
    const script = fileURLToPath(new URL("./proveOnce.ts", import.meta.url));
    for (let round = 0; round < rounds; round++) {
      for (const engine of engines) {
        const flags = ["--engine", engine, "--zkey", zkey, "--wtns", wtns, "--threads", String(threads)];
        const line = execFileSync(process.execPath, [script, ...flags], { encoding: "utf8" });
        const value = (JSON.parse(line) as Record<string, number>)[field]!;
        times.get(engine)!.push(field === "peakBytes" ? value / 1e6 : value);
      }
    }
    return summarize(name, 2 ** domainPower, times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function setupCase(domainPower: number) {
  const circuit = circuitOf(domainPower, 0.85);
  const ptau = await devPowersOfTau(domainPower, { threads });
  const times = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  for (let round = 0; round < 3; round++) {
    for (const engine of engines) {
      const started = performance.now();
      if (engine === "snarkjs") await snarkjs.zKey.newZKey(circuit.file, ptau, { type: "mem" });
      else await devSetup(circuit.file, { backend: engine, threads });
      times.get(engine)!.push(performance.now() - started);
    }
  }
  return summarize("dev key against zkey new", 2 ** domainPower, times);
}

async function sweepCases() {
  const rows: {
    engine: Engine;
    threads: number;
    domain: number;
    ms: number;
    phases: Record<string, number>;
  }[] = [];
  for (let domainPower = 10; domainPower <= 19; domainPower++) {
    const circuit = circuitOf(domainPower, 0.85);
    const { zkey } = await devSetup(circuit.file, { threads });
    for (const engine of engines) {
      if (engine === "snarkjs") continue;
      for (const count of [1, 2]) {
        const prover = await createProver(zkey, { backend: engine, threads: count });
        await prover.prove(circuit.witness);
        const results: { ms: number; phases: Record<string, number> }[] = [];
        for (let round = 0; round < 3; round++) {
          const started = performance.now();
          const { phases } = await prover.prove(circuit.witness);
          results.push({ ms: performance.now() - started, phases });
        }
        await prover.close();
        results.sort((a, b) => a.ms - b.ms);
        rows.push({ engine, threads: count, domain: 2 ** domainPower, ...results[1]! });
      }
    }
  }
  return rows;
}

/** Medians; ratios are medians of the rounds' own ratios, so that a busy moment hits both sides. */
function summarize(name: string, domain: number, times: ReadonlyMap<Engine, number[]>): Case {
  const snarkjsTimes = times.get("snarkjs")!;
  const ratio = (own: number[]) => median(own.map((value, i) => snarkjsTimes[i]! / value));
  const [wasm, native] = [times.get("wasm")!, times.get("native")];
  return {
    name,
    domain,
    snarkjsMs: median(snarkjsTimes),
    wasmMs: median(wasm),
    nativeMs: native ? median(native) : null,
    wasmRatio: ratio(wasm),
    nativeRatio: native ? ratio(native) : null,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

async function hasNative(): Promise<boolean> {
  let backend: Backend;
  try {
    backend = await openBackend("native", { threads: 1 });
  } catch (error) {
    if (error instanceof Groth16Error) return false;
    throw error;
  }
  await backend.close();
  return true;
}

function printTables(): void {
  const cell = (value: number | null) =>
    (value === null ? "-" : value.toFixed(value < 100 ? 1 : 0)).padStart(9);
  const line = (row: Case) =>
    `${row.name.padEnd(32)} 2^${Math.log2(row.domain)} ${[row.snarkjsMs, row.wasmMs, row.nativeMs, row.wasmRatio, row.nativeRatio].map(cell).join("")}`;
  console.log(`${threads} threads, medians of ${rounds} rounds; snarkjs, wasm, native, ratios`);
  for (const row of [...cases, memory, ...(setup ? [setup] : [])]) console.log(line(row));
  console.log(`WebAssembly: ${throughput.megaProducts.toFixed(1)} million field products a second a core`);
  for (const row of sweep ?? []) {
    console.log(
      `${row.engine.padEnd(8)} ${row.threads} threads 2^${Math.log2(row.domain)} ${row.ms.toFixed(1)} ms`,
    );
  }
}

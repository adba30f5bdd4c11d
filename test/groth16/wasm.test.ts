import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { Heap } from "../../groth16/src/backends/wasm/Heap.ts";
import { loadKernels } from "../../groth16/src/backends/wasm/loadKernels.ts";
import { ThreadPool } from "../../groth16/src/backends/wasm/ThreadPool.ts";
import { WasmBackend } from "../../groth16/src/backends/wasm/WasmBackend.ts";
import { packUints } from "../../groth16/src/field/bytes.ts";
import { createProver, devSetup, Groth16Error } from "../../groth16/src/index.ts";
import { CAMPAIGN } from "./support/campaign.ts";
import { sampleCircuit, xorshift } from "./support/sampleCircuit.ts";
import { generatorBytes } from "./support/samples.ts";

const folder = new URL("../../groth16/wasm/", import.meta.url);

describe("the WebAssembly engine's machinery", () => {
  it("hands out memory without overlap and gets all of it back", async () => {
    const { memory, exports } = await loadKernels();
    const heap = new Heap(memory, exports.__heap_base!.value);
    const random = xorshift(41);
    const blocks: { at: number; size: number }[] = [];
    for (let round = 0; round < 500; round++) {
      if (random() % 3 > 0 || blocks.length === 0) {
        const size = 1 + (random() % 5000);
        const at = heap.allocate(size);
        expect(at % 64).to.equal(0);
        for (const other of blocks) {
          expect(at + size <= other.at || other.at + other.size <= at, "no overlap").to.equal(true);
        }
        blocks.push({ at, size });
      } else {
        heap.release(blocks.splice(random() % blocks.length, 1)[0]!.at);
      }
    }
    for (const { at } of blocks) heap.release(at);
    expect(heap.usedBytes).to.equal(0);
    const first = heap.allocate(1);
    expect(first).to.be.below(exports.__heap_base!.value + 64);
  });

  it("says when memory is exhausted, and goes on afterwards", async () => {
    const { memory, exports } = await loadKernels();
    const heap = new Heap(memory, exports.__heap_base!.value);
    expect(() => heap.allocate(2 ** 33))
      .to.throw(Groth16Error)
      .with.property("code", "OUT_OF_MEMORY");
    const at = heap.allocate(100);
    heap.bytes(at, 100).fill(1);
    heap.release(at);
  });

  it("reports a kernel that traps and keeps the thread", async () => {
    const pool = await ThreadPool.start(await loadKernels(), 1);
    const outside = 0xfffffff0;
    const error = await pool
      .run([() => ["scalars_in", outside, outside, 5]])
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Groth16Error).with.property("code", "BACKEND_FAILED");
    await pool.run([() => ["layout", 0]]);
    await pool.close();
  });

  it("survives the death of a thread: one call fails, the next succeeds", async () => {
    const victims: Worker[] = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...message: Parameters<Worker["postMessage"]>) {
      victims.push(this);
      return post.apply(this, message);
    };
    const backend = await WasmBackend.open({ threads: 2 });
    Worker.prototype.postMessage = post;
    const scalars = packUints(new Array<bigint>(20_000).fill(3n ** 150n));
    const call = backend.multiplyBase("g1", generatorBytes("g1"), scalars).catch((reason: unknown) => reason);
    setTimeout(() => void victims[0]!.terminate(), 5);
    const outcome = await call;
    if (outcome instanceof Error) expect(outcome).to.have.property("code", "BACKEND_FAILED");
    const one = await backend.multiplyBase("g1", generatorBytes("g1"), packUints([1n]));
    expect(one).to.deep.equal(generatorBytes("g1"));
    await backend.close();
  });

  it("rejects what is running when it is closed", async () => {
    const backend = await WasmBackend.open({ threads: 1 });
    const call = backend
      .multiplyBase("g1", generatorBytes("g1"), packUints(new Array<bigint>(30_000).fill(5n ** 100n)))
      .catch((reason: unknown) => reason);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await backend.close();
    expect(await call)
      .to.be.instanceOf(Groth16Error)
      .with.property("code", "CLOSED");
    const later = await backend.fft(new Uint8Array(32 * 8), false).catch((reason: unknown) => reason);
    expect(later).to.be.instanceOf(Groth16Error).with.property("code", "CLOSED");
  });

  it("refuses a senseless number of threads", async () => {
    for (const threads of [0, -1, 1.5, 1000]) {
      const error = await WasmBackend.open({ threads }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Groth16Error).with.property("code", "INVALID_ARGUMENT");
    }
  });

  it("keeps memory flat over many proofs, cancelled ones among them", async () => {
    const circuit = sampleCircuit({ rows: 100, bits: 0.7 });
    const { zkey } = await devSetup(circuit.file, { threads: 1 });
    const prover = await createProver(zkey, { backend: "wasm", threads: 2 });
    const proofs = 60 * CAMPAIGN;
    let settled = 0;
    for (let i = 0; i < proofs; i++) {
      await prover.prove(circuit.witness);
      const abort = new AbortController();
      setTimeout(() => abort.abort(), i % 8);
      await prover.prove(circuit.witness, { signal: abort.signal }).catch(() => {});
      if (i === Math.floor(proofs / 3)) settled = process.memoryUsage().rss;
    }
    expect(process.memoryUsage().rss - settled).to.be.below(40e6);
    await prover.close();
  });

  it("ships the bytes that its sources compile to", function () {
    const compiler = process.env.CLANG ?? "clang++-19";
    try {
      execFileSync(compiler, ["--version"], { stdio: "ignore" });
    } catch {
      // Elsewhere the committed bytes are taken as they are; CI installs the compiler.
      this.test!.title += " (not compared: no clang 19 here)";
      return;
    }
    const out = mkdtempSync(join(tmpdir(), "opg-wasm-"));
    try {
      execFileSync(new URL("build.sh", folder).pathname, [out], { stdio: "pipe" });
      for (const name of ["kernels-simd.wasm", "kernels-scalar.wasm"]) {
        expect(readFileSync(join(out, name)).equals(readFileSync(new URL(name, folder))), name).to.equal(
          true,
        );
      }
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});

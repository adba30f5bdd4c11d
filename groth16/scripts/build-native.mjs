// Builds the native back end, at install and by hand. It needs g++ (or the compiler named by CXX) and nothing else:
// the Node-API headers come from an npm package, and Node-API is stable, so one binary serves all Node versions.
// Without a compiler, or on a machine that the kernels are not for, the install succeeds all the same: the
// WebAssembly back end serves then.
//
//   node scripts/build-native.mjs [--force] [--strict]
//
// --force builds even when nothing changed; --strict fails when the addon cannot be built.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const NATIVE = join(import.meta.dirname, "..", "native");
const SOURCES = join(NATIVE, "src");
const BUILD = join(NATIVE, "build");
export const ADDON = join(BUILD, "opg_groth16.node");

/** Flags of every file. gcc 12 reports uninitialised values inside its own AVX-512 headers. */
export const COMMON_FLAGS = [
  "-std=c++17",
  "-Wall",
  "-Wextra",
  "-Wno-uninitialized",
  "-Wno-maybe-uninitialized",
  "-fvisibility=hidden",
  "-fPIC",
];

/** Flags of the kernels; the addon itself runs before the processor has been checked and must not have them. */
export const KERNEL_FLAGS = [
  ...["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx512ifma", "-mavx512vbmi2"],
  ...["-mbmi", "-mbmi2", "-madx"],
];

export const COMPILER = process.env.CXX ?? "g++";

/** The kernels' source files, the addon's glue left out. */
export function kernelSources() {
  return readdirSync(SOURCES).filter((name) => name.endsWith(".cpp") && name !== "addon.cpp");
}

/** Compiles the files, as many at once as there are cores; resolves to the object files. */
export async function compile(files, flags, directory) {
  mkdirSync(directory, { recursive: true });
  const waiting = [...files];
  const objects = [];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const object = join(directory, `${file.replace(/.*[\\/]/, "")}.o`);
      objects.push(object);
      await run(COMPILER, [...flags(file), "-c", file, "-o", object]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return objects;
}

/** Runs a command; rejects with its output when it fails. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}:\n${output.slice(0, 4000)}`));
    });
  });
}

/** What the binary depends on: sources, flags, compiler. */
function fingerprint(version) {
  const hash = createHash("sha256").update(JSON.stringify([version, COMMON_FLAGS, KERNEL_FLAGS]));
  for (const name of readdirSync(SOURCES).sort()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex");
}

/** Why the addon cannot be built here, or undefined. */
function obstacle() {
  if (process.platform !== "linux" || process.arch !== "x64") return "it is for Linux on x86-64";
  const { status, stdout } = spawnSync(COMPILER, ["-dumpfullversion"], { encoding: "utf8" });
  if (status !== 0) return `there is no C++ compiler (${COMPILER})`;
  if (COMPILER === "g++" && Number.parseInt(stdout, 10) < 11) return `g++ ${stdout.trim()} is older than 11`;
  return undefined;
}

async function build(force) {
  const version = spawnSync(COMPILER, ["--version"], { encoding: "utf8" }).stdout;
  const stamp = join(BUILD, "stamp");
  const current = fingerprint(version);
  if (!force && existsSync(ADDON) && existsSync(stamp) && readFileSync(stamp, "utf8") === current)
    return "is up to date";
  const include = createRequire(import.meta.url)("node-api-headers").include_dir;
  const files = [...kernelSources(), "addon.cpp"].map((name) => join(SOURCES, name));
  const scratch = join(BUILD, `objects-${process.pid}`);
  try {
    const objects = await compile(
      files,
      (file) => [
        ...COMMON_FLAGS,
        ...(file.endsWith("addon.cpp") ? ["-O2", `-I${include}`] : ["-O3", ...KERNEL_FLAGS]),
      ],
      scratch,
    );
    const output = join(scratch, "opg_groth16.node");
    await run(COMPILER, ["-shared", "-s", ...objects, "-o", output, "-pthread"]);
    // A process that has the old file mapped keeps it.
    renameSync(output, ADDON);
    writeFileSync(stamp, current);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return "was built";
}

async function main(options) {
  const strict = options.includes("--strict");
  const fail = (reason) => {
    console.log(`The native Groth16 back end is not built: ${reason}. Proofs will use WebAssembly.`);
    process.exitCode = strict ? 1 : 0;
  };
  const reason = obstacle();
  if (reason !== undefined) return fail(reason);
  try {
    console.log(`The native Groth16 back end ${await build(options.includes("--force"))}.`);
  } catch (error) {
    fail(strict ? String(error) : String(error.message).split("\n").slice(0, 2).join(" "));
  }
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));

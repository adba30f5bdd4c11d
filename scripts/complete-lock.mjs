// `npm run lock`: run after `npm install` changed the dependencies.
// A registry mirror that lacks a package for another platform makes npm leave it out of the lock file, and
// `npm ci` then refuses the lock on every platform. This adds the missing optional platform packages by the
// exact version their parent names, so that the lock file is complete wherever it was made.
import { readFileSync, writeFileSync } from "node:fs";

const OS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "aix",
  "win32",
];
const CPU = {
  amd64: "x64",
  x64: "x64",
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  s390x: "s390x",
};
const LIBC = { gnu: "glibc", musl: "musl" };

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isThere = [`node_modules/${name}`, `${parent}/node_modules/${name}`].some(
      (key) => key in lock.packages,
    );
    if (isThere) continue;
    const words = name.split(/[/-]/);
    const os = OS.find((o) => words.includes(o));
    const cpu = Object.keys(CPU).find((c) => words.includes(c));
    if (!os || !cpu)
      throw new Error(`${name} is missing from the lock file and its name tells no platform: add it by hand`);
    const libc = Object.keys(LIBC).find((l) => words.includes(l));
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [CPU[cpu]],
      dev: true,
      ...(libc ? { libc: [LIBC[libc]] } : {}),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a === "" ? -1 : b === "" ? 1 : a < b ? -1 : 1)),
);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? "The lock file is complete." : `Added to the lock file:\n  ${added.join("\n  ")}`,
);

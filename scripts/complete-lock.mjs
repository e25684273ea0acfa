/**
 * @file Completes package-lock.json for the platforms that this machine is not: `node scripts/complete-lock.mjs` after `npm install`.
 *
 * Some packages bring their binaries as optional packages, one a platform. A registry that mirrors only some of them leaves the
 * others out of the lock file, and then `npm ci` refuses it everywhere ("Missing: … from lock file"). This adds an entry
 * for each, with its version from the package that wants it and its platform from its name; it is never fetched elsewhere.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "x64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x"];
const libraries = { gnu: "glibc", glibc: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

let added = 0;
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (`node_modules/${name}` in lock.packages || `${parent}/node_modules/${name}` in lock.packages) continue;
    const words = name.split(/[/-]/);
    const os = systems.find((system) => words.includes(system));
    const cpu = processors.find((processor) => words.includes(processor));
    if (os === undefined || cpu === undefined || !/^\d/.test(version)) throw new Error(`${name}@${version}: cannot tell its platform`);
    const libc = words.map((word) => libraries[word]).find((library) => library !== undefined);
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev === undefined ? {} : { dev }),
      ...(os === "linux" && libc !== undefined ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
const temporary = new URL("../package-lock.json.new", import.meta.url);
writeFileSync(temporary, `${JSON.stringify(lock, null, 2)}\n`);
renameSync(temporary, path);
console.log(`package-lock.json: ${added} entries added for other platforms`);

/** @file Ctrl-C and the like: the exit code says so, nothing half-made is left, and the next call works. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { png, repository, run, start, temporaryFolder, write } from "./cli-run.js";

const archive = readFileSync(join(repository, "assets", "digits.tgz"));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves the archive; while `stalled` says so, only its first half, and then waits. */
async function serve(stalled: () => boolean): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": archive.length });
    if (stalled()) response.write(archive.subarray(0, archive.length / 2));
    else response.end(archive);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/digits.tgz`;
}

/** Files under a folder, by their paths. */
const under = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 20_000) throw new Error("waited in vain");
    await sleep(20);
  }
}

describe("a signal", () => {
  it.each([["SIGINT", 130], ["SIGTERM", 143]] as const)("%s while downloading: code %d, no temporary files, and the next call works", async (signal, code) => {
    const cache = temporaryFolder();
    let stalled = true;
    const url = await serve(() => stalled);
    const { child, ended } = start(["baseline", url, "--json"], { TESSERAE_CACHE: cache, NO_PROXY: "127.0.0.1" });
    // Once bytes lie on the disk, the download is in full swing.
    await until(() => existsSync(cache) && under(cache).some((path) => path.endsWith(".part")));
    await sleep(100);
    child.kill(signal);
    expect(await ended).toEqual({ code, signal: null, stdout: "", stderr: "interrupted\n" });
    expect(under(cache).filter((path) => path !== "data")).toEqual([]);
    stalled = false;
    const again = await run(["baseline", url, "--classes", "3", "7", "--json"], { TESSERAE_CACHE: cache, NO_PROXY: "127.0.0.1" });
    expect([again.code, again.stderr]).toEqual([0, ""]);
    const { overallAccuracy, dataset }: Record<string, unknown> = JSON.parse(again.stdout);
    expect([overallAccuracy, dataset]).toEqual([72 / 74, url]);
  });

  it("while reading: ends at once, saves nothing", async () => {
    const root = temporaryFolder();
    // Large enough to take seconds; one file under many names.
    const picture = png(2000, 2000, (x, y) => (x * 7 + y * 13) & 255);
    mkdirSync(join(root, "data"));
    for (let i = 0; i < 60; i++) write(join(root, "data"), { [`train/a/${i}.png`]: picture });
    write(join(root, "data"), { "valid/a/0.png": picture });
    const { child, ended } = start(["baseline", join(root, "data"), "--workers", "0", "--save", join(root, "model.safetensors")]);
    await sleep(1000);
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 130, signal: null, stdout: "", stderr: "interrupted\n" });
    expect(readdirSync(root)).toEqual(["data"]);
  });
});

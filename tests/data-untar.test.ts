/**
 * @file untarData over real HTTP servers and between real processes: broken connections, redirects, proxies, checksums,
 * kills and races, and where the cache lies. Needs dist/.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, request as httpRequest } from "node:http";
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { URLs, type UntarProgress, cacheHome, clearCached, imageFolder, knownDatasets, untarData } from "tesserae/data";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serve, tgz } from "./helpers/archives.js";

let root = "";
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tesserae-untar-"));
  vi.stubEnv("TESSERAE_CACHE", join(root, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
  rmSync(root, { recursive: true, force: true });
});

// Random bytes do not compress, so that the archive is long enough to be cut.
const archive = tgz({ name: "set/a.txt", body: "hello" }, { name: "set/noise", body: randomBytes(300_000) });
const sha256 = createHash("sha256").update(archive).digest("hex");

async function server(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const made = await serve(handler);
  closers.push(() => made.close());
  return made;
}
const whole = (_: IncomingMessage, response: ServerResponse): void => void response.setHeader("content-length", archive.length).end(archive);
const data = (): string[] => (existsSync(join(root, "cache/data")) ? readdirSync(join(root, "cache/data")).sort() : []);

/** Whether a part of 150,000 bytes lies in the cache. */
const halfway = (): boolean => data().some((f) => f.endsWith(".part") && readFileSync(join(root, "cache/data", f)).length === 150_000);

/** Another process that calls untarData and prints the path, or the error. */
function child(url: string): ChildProcess {
  const code = `import("tesserae/data").then(({ untarData }) => untarData(${JSON.stringify(url)})).then((p) => console.log(p.path), (e) => { console.error(e); process.exitCode = 1; });`;
  return spawn(process.execPath, ["-e", code], { env: { ...process.env }, stdio: ["ignore", "pipe", "inherit"] });
}

describe("untarData over http", () => {
  it("downloads once, reports progress and finds it again", async () => {
    const { url, requests } = await server(whole);
    const seen: UntarProgress[] = [];
    const path = await untarData(`${url}/set.tgz`, { sha256, onProgress: (p) => seen.push(p) });
    expect(readFileSync(path.join("a.txt").path, "utf8")).toBe("hello");
    expect(path.name).toMatch(/^set-[0-9a-f]{8}$/);
    expect((await untarData(`${url}/set.tgz`)).path).toBe(path.path);
    expect(requests.length).toBe(1);
    expect(seen.findLast((p) => p.stage === "downloading")).toEqual({ stage: "downloading", done: archive.length, total: archive.length });
    expect(seen.at(-1)).toEqual({ stage: "extracting", done: 2 });
    expect(data()).toEqual([`.${path.name}.json`, path.name].sort());
  });

  it("fetches again when forced, and replaces the folder", async () => {
    const { url, requests } = await server(whole);
    const path = await untarData(`${url}/set.tgz`);
    writeFileSync(path.join("mark").path, "");
    await untarData(`${url}/set.tgz`, { force: true });
    expect([requests.length, path.join("mark").exists(), path.join("a.txt").exists()]).toEqual([2, false, true]);
    expect(data().length).toBe(2);
  });

  it("keeps archives of the same name from two places apart", async () => {
    const { url } = await server(whole);
    expect((await untarData(`${url}/one/set.tgz`)).path).not.toBe((await untarData(`${url}/two/set.tgz`)).path);
  });

  it("follows redirects", async () => {
    const { url } = await server((q, r) => (q.url === "/moved.tgz" ? r.writeHead(302, { location: "/a/set.tgz" }).end() : whole(q, r)));
    expect((await untarData(`${url}/moved.tgz`)).join("a.txt").exists()).toBe(true);
  });

  it("refuses a wrong checksum and leaves nothing", async () => {
    const { url } = await server(whole);
    await expect(untarData(`${url}/set.tgz`, { sha256: "0".repeat(64) })).rejects.toMatchObject({ name: "DownloadError", message: expect.stringContaining(sha256) });
    expect(data()).toEqual([]);
    await expect(untarData(`${url}/set.tgz`, { sha256: "abc" })).rejects.toThrow(/64 hexadecimal/);
  });

  it("goes on where a broken connection stopped", async () => {
    const { url, requests } = await server((request, response) => {
      const range = /bytes=(\d+)-/.exec(request.headers.range ?? "");
      const from = range === null ? 0 : Number(range[1]);
      response.writeHead(range === null ? 200 : 206, {
        etag: '"v1"',
        "content-length": archive.length - from,
        ...(range === null ? {} : { "content-range": `bytes ${from}-${archive.length - 1}/${archive.length}` }),
      });
      if (range !== null) response.end(archive.subarray(from));
      else response.write(archive.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    const path = await untarData(`${url}/set.tgz`, { sha256 });
    expect(path.join("a.txt").exists()).toBe(true);
    expect(requests.map((r) => r.headers.range)).toEqual([undefined, "bytes=100000-"]);
    expect(requests[1].headers["if-range"]).toBe('"v1"');
  });

  it("starts over when the file has changed meanwhile, and when the server knows no parts", async () => {
    let calls = 0;
    const { url } = await server((request, response) => {
      calls++;
      if (calls > 1) return whole(request, response);
      response.writeHead(200, { etag: '"old"', "content-length": 200_000 });
      response.write(Buffer.alloc(1000), () => setTimeout(() => response.destroy(), 50));
    });
    expect((await untarData(`${url}/set.tgz`, { sha256 })).join("a.txt").exists()).toBe(true);
    expect(calls).toBe(2);
  });

  it("gives up on a connection that keeps breaking, and leaves nothing", async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 1000), () => response.destroy());
    });
    await expect(untarData(`${url}/set.tgz`)).rejects.toMatchObject({ name: "DownloadError", message: expect.stringContaining(`${url}/set.tgz`) });
    expect(requests.length).toBe(4);
    expect(data()).toEqual([]);
  });

  it("says at once what the server said", async () => {
    const { url, requests } = await server((_, response) => response.writeHead(404, "Not Found").end());
    await expect(untarData(`${url}/set.tgz`)).rejects.toThrow(/set\.tgz: the server answered 404 Not Found/);
    expect(requests.length).toBe(1);
  });

  it("tries again when the server is busy", async () => {
    let calls = 0;
    const { url } = await server((q, r) => (++calls < 2 ? r.writeHead(503).end() : whole(q, r)));
    expect((await untarData(`${url}/set.tgz`)).exists()).toBe(true);
  });

  it("stops at the size limit, whether the server admits the size or not", async () => {
    const limits = { files: 10, bytes: 1000 };
    const { url } = await server((q, r) => (q.url === "/told.tgz" ? whole(q, r) : void r.end(archive)));
    for (const name of ["told", "untold"]) await expect(untarData(`${url}/${name}.tgz`, { limits })).rejects.toThrow(/1000.* allowed/);
    expect(data()).toEqual([]);
  });

  it("stops when aborted, and leaves nothing", async () => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 1000));
    });
    const control = new AbortController();
    const onProgress = ({ done }: UntarProgress) => done > 0 && control.abort(new Error("enough"));
    await expect(untarData(`${url}/set.tgz`, { signal: control.signal, onProgress })).rejects.toThrow("enough");
    expect(data()).toEqual([]);
  });

  it("goes through a proxy for http, except where NO_PROXY says not to", async () => {
    const { url } = await server(whole);
    const proxied: string[] = [];
    const proxy = await server((request, response) => {
      proxied.push(request.url ?? "");
      httpRequest(request.url ?? "", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers))).end();
    });
    proxy.server.on("connect", (request, socket) => {
      proxied.push(`CONNECT ${request.url}`);
      const [host, port] = (request.url ?? "").split(":");
      const up = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        up.pipe(socket).pipe(up);
      });
      for (const end of [up, socket]) end.on("error", () => undefined);
      closers.push(async () => void up.destroy());
    });
    vi.stubEnv("HTTP_PROXY", proxy.url);
    expect((await untarData(`${url}/set.tgz`)).join("a.txt").exists()).toBe(true);
    expect(proxied.length).toBe(1);
    expect(proxied[0]).toContain(url.slice("http://".length));
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await untarData(`${url}/set2.tgz`);
    expect(proxied.length).toBe(1);
  });
});

describe("untarData between processes", () => {
  it("one fetches, the other waits, both get the folder", async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 1000));
      setTimeout(() => response.end(archive.subarray(1000)), 600);
    });
    const stages: string[] = [];
    const other = child(`${url}/set.tgz`);
    const printed = once(other.stdout!, "data");
    await vi.waitFor(() => expect(requests.length).toBe(1), { timeout: 10_000 });
    const path = await untarData(`${url}/set.tgz`, { onProgress: ({ stage }) => stages.push(stage) });
    expect(String((await printed)[0]).trim()).toBe(path.path);
    expect(stages).toEqual(["waiting"]);
    expect(requests.length).toBe(1);
    expect(path.join("noise").exists()).toBe(true);
  });

  it.each(["SIGKILL", "SIGINT"] as const)("after %s in the middle the next call works, goes on where it can, and clears up", async (signal) => {
    let slow = true;
    const { url, requests } = await server((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { etag: '"v1"', "content-length": archive.length - from, "content-range": `bytes ${from}-${archive.length - 1}/${archive.length}` });
      if (slow) response.write(archive.subarray(0, 150_000));
      else response.end(archive.subarray(from));
    });
    const other = child(`${url}/set.tgz`);
    await vi.waitFor(() => expect(halfway()).toBe(true), { timeout: 10_000 });
    other.kill(signal);
    const [, by] = await once(other, "exit");
    expect(by).toBe(signal);
    // Killed outright it leaves its part and its lock behind; interrupted it clears up.
    expect(data().length).toBe(signal === "SIGKILL" ? 3 : 0);
    slow = false;
    const path = await untarData(`${url}/set.tgz`, { sha256 });
    expect(path.join("a.txt").exists()).toBe(true);
    expect(data()).toEqual([`.${path.name}.json`, path.name].sort());
    expect(requests.at(-1)?.headers.range).toBe(signal === "SIGKILL" ? "bytes=150000-" : undefined);
  });

  it("many calls at once in one process fetch once", async () => {
    const { url, requests } = await server((q, r) => void setTimeout(() => whole(q, r), 200));
    const paths = await Promise.all(Array.from({ length: 5 }, () => untarData(`${url}/set.tgz`)));
    expect(new Set(paths.map((p) => p.path)).size).toBe(1);
    expect(requests.length).toBe(1);
  });

  it("breaks a lock whose process is gone or that nobody has touched for long, and waits for a living one", async () => {
    const { url } = await server(whole);
    const path = await untarData(`${url}/set.tgz`);
    const lock = join(root, "cache/data", `.${path.name}.lock`);
    rmSync(path.path, { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: (await import("node:os")).hostname(), token: "t" }));
    expect((await untarData(`${url}/set.tgz`)).exists()).toBe(true);
    rmSync(path.path, { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: 1, host: "another", token: "t" }));
    await expect(untarData(`${url}/set.tgz`, { signal: AbortSignal.timeout(400) })).rejects.toMatchObject({ name: "TimeoutError" });
    const old = new Date(Date.now() - 120_000);
    (await import("node:fs")).utimesSync(lock, old, old);
    expect((await untarData(`${url}/set.tgz`)).exists()).toBe(true);
  });
});

describe("known data sets", () => {
  it("the embedded digits come by name and by address, without a network", async () => {
    const path = await untarData("digits");
    expect(path.path).toBe(join(root, "cache/data/digits"));
    expect((await untarData(URLs.DIGITS)).path).toBe(path.path);
    const { classes, train, valid } = imageFolder(path);
    expect(classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    const count = (of: typeof train) => classes.reduce((n, c) => n + of[c].length, 0);
    expect([count(train), count(valid)]).toEqual([1437, 360]);
  });

  it("fast.ai's come from the mirror, an address or a folder", async () => {
    const { url, requests } = await server(whole);
    vi.stubEnv("TESSERAE_MIRROR", `${url}/mirror/`);
    expect((await untarData(URLs.MNIST_SAMPLE)).path).toBe(join(root, "cache/data/mnist_sample"));
    expect(requests[0].url).toBe("/mirror/mnist_sample.tgz");
    writeFileSync(join(root, "mnist_tiny.tgz"), archive);
    vi.stubEnv("TESSERAE_MIRROR", root);
    expect((await untarData("mnist_tiny")).join("a.txt").exists()).toBe(true);
    // By its address it is the same data set.
    expect((await untarData(URLs.MNIST_TINY)).path).toBe(join(root, "cache/data/mnist_tiny"));
  });

  it("are listed with their size, and can be cleared", async () => {
    const before = knownDatasets().find((d) => d.name === "digits");
    expect(before).toMatchObject({ cached: false, bytes: undefined, path: join(root, "cache/data/digits") });
    await untarData("digits");
    const after = knownDatasets().find((d) => d.name === "digits");
    expect(after).toMatchObject({ cached: true, files: 1797 });
    expect(after?.bytes).toBeGreaterThan(100_000);
    expect(await clearCached("digits")).toBe(true);
    expect(await clearCached("digits")).toBe(false);
    expect(data()).toEqual([]);
    await expect(clearCached("nothing")).rejects.toThrow(/known names are digits, mnist_sample/);
  });

  it("the embedded digits are shared with a Tesserae that is installed elsewhere", async () => {
    const path = await untarData("digits");
    const record = join(root, "cache/data/.digits.json");
    const origin: object = JSON.parse(readFileSync(record, "utf8"));
    const image = path.join("train/3/0003.png").path;
    rmSync(image);
    // The same archive: what is there is taken.
    writeFileSync(record, JSON.stringify({ ...origin, url: "file:///elsewhere/tesserae/assets/digits.tgz", mtimeMs: 1 }));
    expect((await untarData("digits")).path).toBe(path.path);
    expect(existsSync(image)).toBe(false);
    // Another version's archive: ours takes its place.
    writeFileSync(record, JSON.stringify({ ...origin, url: "file:///elsewhere/tesserae/assets/digits.tgz", archiveBytes: 1 }));
    expect((await untarData("digits")).path).toBe(path.path);
    expect(existsSync(image)).toBe(true);
    // Something else altogether is left alone.
    writeFileSync(record, JSON.stringify({ ...origin, url: "https://example.com/digits.tgz" }));
    await expect(untarData("digits")).rejects.toThrow(/holds https:\/\/example.com\/digits.tgz; give another dest/);
  });

  it("an unknown name or scheme says what would be right", async () => {
    await expect(untarData("mnist_simple")).rejects.toMatchObject({ name: "FileError", message: expect.stringContaining("known names are digits, mnist_sample") });
    await expect(untarData("ftp://example.com/a.tgz")).rejects.toThrow(/no http, https or file address/);
  });

  it("the cache lies where the environment says", () => {
    expect(cacheHome({ TESSERAE_CACHE: "/c", XDG_CACHE_HOME: "/x" })).toBe("/c");
    expect(cacheHome({ XDG_CACHE_HOME: "/x" })).toBe("/x/tesserae");
    expect(cacheHome({})).toMatch(/\.cache.tesserae$/);
  });
});

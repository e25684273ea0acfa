/**
 * @file Builds tar archives byte by byte, hostile ones too, and serves them over Node's own http. The archive and download
 * tests use it; it knows nothing of the package.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { gzipSync } from "node:zlib";

export interface Entry {
  readonly name: string;
  readonly body?: Uint8Array | string;
  /** The type flag: "0" file (default), "5" folder, "1" and "2" links, "3", "4" and "6" devices, "x" pax. */
  readonly type?: string;
  readonly link?: string;
  /** What the header says, where that is a lie. */
  readonly size?: number;
}

function header({ name, body = "", type = "0", link = "", size = Buffer.byteLength(body) }: Entry): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, "utf8");
  block.write(`0000644\0${"0000000\0".repeat(2)}`, 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0        ${type}`, 124);
  block.write(link, 157, 100, "utf8");
  block.write("ustar\x0000", 257);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** An entry whose name comes from a pax header: any length, any character. */
export function paxNamed(path: string, entry: Entry = { name: "short" }): Entry[] {
  const record = ` path=${path}\n`;
  let length = Buffer.byteLength(record);
  length += String(length + String(length).length).length;
  return [{ name: "pax", type: "x", body: `${length}${record}` }, entry];
}

/** The entries as an uncompressed archive. */
export function tar(...entries: Entry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const body = Buffer.from(entry.body ?? "");
    return [header(entry), body, Buffer.alloc(-body.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tgz = (...entries: Entry[]): Buffer => gzipSync(tar(...entries));

/** A server on this machine that answers each request with `handler`, and remembers the requests. */
export async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly url: string; readonly server: Server; readonly requests: IncomingMessage[]; close(): Promise<void> }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

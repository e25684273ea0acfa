/**
 * @file `tesserae datasets`: what is known by name, where it is cached, how large it is. A table of what data/ knows.
 */
import { type KnownDataset, knownDatasets } from "../data/untar.js";
import { cacheHome } from "../data/urls.js";
import type { Session } from "./session.js";
import { type Cell, table } from "./table.js";
import { clean, count, size } from "./text.js";

export interface DatasetsArguments {
  readonly json?: boolean;
}

export function runDatasets(options: DatasetsArguments, session: Session): void {
  const all = knownDatasets();
  if (options.json === true) {
    session.sayJson({ cache: cacheHome(), datasets: all.map(({ name, url, path, cached, files = null, bytes = null }) => ({ name, url, path, cached, files, bytes })) });
    return;
  }
  const columns = [{ title: "name" }, { title: "files", align: "right" }, { title: "size", align: "right" }, { title: "cached in, or fetched from" }] as const;
  session.say(`\n${table(columns, all.map(rowOf), { paint: session.paint })}\n  The cache is ${clean(cacheHome())}\n\n`);
}

function rowOf({ name, url, path, cached, files, bytes }: KnownDataset): Cell[] {
  const amounts = [files === undefined ? "–" : count(files), bytes === undefined ? "–" : size(bytes)];
  // The embedded archive's address is a path inside the package: not where anybody would look.
  const from = url.startsWith("file:") ? "embedded in the package" : url;
  return [{ text: name, style: cached ? "green" : "bold" }, ...amounts, cached ? clean(path) : { text: clean(from), style: "dim" }];
}

/**
 * @file What the package "tesserae" exports, by families: the entries of the tables in ops/, the functions of tensors, the namespaces F, linalg
 * and autograd, the members of Tensor, the rest. Names, places, pages of PyTorch; read from the built package and from the comments in src/.
 */
import { readFileSync, readdirSync } from "node:fs";
import * as tesserae from "tesserae";
import * as tables from "../../dist/ops/tables.js";

const src = new URL("../../src/", import.meta.url);
const read = (path) => readFileSync(new URL(path, src), "utf8");

/** The first sentence of a file's `@file` comment. */
function purpose(path) {
  const text = /@file ([^]*?)\*\//.exec(read(path))?.[1]?.replace(/\s*\n \* ?/g, " ") ?? path;
  return text.split(/(?<=[.:])\s/)[0].replace(/[.:]$/, "").trim();
}

/** Files of src/ops and src/tensor, in order. */
const files = ["ops/", "tensor/"].flatMap((folder) =>
  readdirSync(new URL(folder, src), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => folder + path.replaceAll("\\", "/")),
);
const fileOfTable = new Map([...read("ops/tables.ts").matchAll(/export \{ (\w+) \} from "\.\/([\w-]+)\.js"/g)].map(([, table, file]) => [table, `ops/${file}.ts`]));

/** PyTorch's page as the comment above a name gives it. */
function pageIn(text, name, opening) {
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*\\n\\s*${opening}${name.replace("$", "\\$")}\\b(?!\\.)`).exec(text)?.[1];
  const page = comment === undefined ? undefined : /@see (https:\/\/docs\.pytorch\.org\S+)/.exec(comment)?.[1];
  return page;
}

/** What the page is about: its last part, or the anchor. */
function torchName(page) {
  const anchor = page.split("#")[1];
  if (anchor !== undefined) return anchor;
  return page.split("/").at(-1).replace(/\.html$/, "");
}

const declared = "export (?:declare )?(?:const|function\\*?|class) ";
/** The file that declares an exported name, of those given. */
const fileOf = (name, among) => among.find((path) => new RegExp(`^${declared}${name}\\b`, "m").test(read(path)));

const isFunction = (value) => typeof value === "function";
const isPrivate = (name) => new RegExp(`^ {4}private ${name}\\b`, "m").test(readFileSync(new URL("../../dist/tensor/class.d.ts", import.meta.url), "utf8"));

function entry(name, path, opening, more) {
  const page = path === undefined ? undefined : pageIn(read(path), name.split(".").at(-1), opening);
  return { name, page, torch: page && torchName(page), ...more };
}

const tableNames = new Set(Object.values(tables).flatMap((table) => Object.keys(table)));

/** The entries of the tables: methods, functions, in-place forms. */
function families() {
  return Object.entries(tables).map(([table, entries]) => {
    const path = fileOfTable.get(table);
    const rows = Object.values(entries).map((op) =>
      entry(op.name, path, "", {
        op,
        method: op.name in tesserae.Tensor.prototype,
        free: op.name in tesserae,
        inPlace: op.kind === "overwrite" || `${op.name}_` in tesserae.Tensor.prototype,
      }),
    );
    return { title: purpose(path), kind: "operations", rows };
  });
}

/** Functions of a namespace (or of the package itself), by the file that declares them. */
function functionsOf(prefix, owner, skip, kind) {
  const names = Object.keys(owner).filter((name) => isFunction(owner[name]) && !/^[A-Z]/.test(name) && !skip.has(name));
  const groups = new Map();
  const tensorFiles = files.filter((path) => path.startsWith("tensor/"));
  for (const name of names) {
    const path = fileOf(name, prefix === "" ? tensorFiles.filter((file) => !file.includes("functional")) : tensorFiles.toSorted((a, b) => Number(b.includes(prefix.slice(0, -1))) - Number(a.includes(prefix.slice(0, -1)))));
    const key = path ?? "";
    groups.set(key, [...(groups.get(key) ?? []), entry(prefix + name, path, declared, { free: true })]);
  }
  return [...groups].map(([path, rows]) => ({ title: path === "" ? "" : purpose(path), path, kind, rows }));
}

/** Members of Tensor that no table has. */
function members() {
  const names = Object.getOwnPropertyNames(tesserae.Tensor.prototype).filter(
    (name) => name !== "constructor" && !tableNames.has(name) && !tableNames.has(name.replace(/_$/, "")) && !isPrivate(name),
  );
  return { title: "The tensor itself", kind: "members", rows: names.map((name) => entry(name, "tensor/class.ts", "(?:get |async |declare (?:readonly )?|readonly )?", { method: true })) };
}

/** Files whose functions are no operations. */
const engineFiles = new Set(["tensor/compile.ts", "tensor/memory.ts", "tensor/print.ts", "tensor/types.ts", ""]);
/** Functions that are none either, though they are declared among operations. */
const engineNames = new Set(["realize"]);
const isEngine = (path, name) => engineFiles.has(path) || engineNames.has(name);
/** The package's exports by name. */
const exported = new Map(Object.entries(tesserae));

/** Everything that is exported, in groups. A group of kind "operations" has samples; "members" and "rest" have names and pages. */
export function inventory() {
  const all = functionsOf("", tesserae, tableNames, "operations");
  const rest = all.flatMap(({ path, rows }) => rows.filter(({ name }) => isEngine(path, name)));
  const own = all.map((group) => ({ ...group, rows: group.rows.filter(({ name }) => !isEngine(group.path, name)) })).filter(({ rows }) => rows.length > 0);
  const namespaces = ["F", "linalg", "special"].filter((name) => name in tesserae);
  return [
    ...families(),
    ...own,
    ...namespaces.flatMap((name) => functionsOf(`${name}.`, exported.get(name), new Set(), "operations").map((group) => ({ ...group, title: `${name}: ${group.title}` }))),
    members(),
    { title: "Gradients and modes", kind: "rest", rows: functionsOf("autograd.", tesserae.autograd, new Set(), "rest").flatMap(({ rows }) => rows) },
    { title: "Dtypes, seeds, settings, memory, compiled functions", kind: "rest", rows: rest },
    {
      title: "Classes and constants",
      kind: "rest",
      rows: [...exported]
        .filter(([name, value]) => !isFunction(value) || /^[A-Z]/.test(name))
        .filter(([name]) => !namespaces.includes(name) && name !== "autograd")
        .map(([name]) => ({ name, free: true })),
    },
  ];
}

/**
 * @file Part of `npm run build`: gives the declarations in dist/ their documentation. An operation is documented once, at its entry in
 * src/ops/; methods and functions are mapped over those tables, and TypeScript 7 drops the comments of mapped members (typescript-go
 * issues 3659 and 4677). So this writes the members out, each with its entry's comment. It invents nothing: a member
 * without an entry, or an entry without a comment, stops the build.
 */
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Tensor } from "../dist/index.js";

const dist = new URL("../dist/", import.meta.url);
const read = (name) => readFileSync(new URL(name, dist), "utf8");

/** Writes to a temporary name and renames, so that a build that is stopped leaves no half file. */
function write(name, text) {
  const path = fileURLToPath(new URL(name, dist));
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Name → comment of each entry of the tables in ops/. */
function comments() {
  const found = new Map();
  for (const file of readdirSync(new URL("ops/", dist))) {
    if (!file.endsWith(".d.ts") || file === "kinds.d.ts") continue;
    // The entries of a table are the documented members at a depth of four spaces.
    for (const [, comment, name] of read(`ops/${file}`).matchAll(/^ {4}(\/\*\*(?:(?!\*\/)[^])*\*\/)\n {4}(?:readonly )?(\w+): /gm)) {
      if (name in Tensor.prototype) found.set(name, comment.replace(/^ {5}\*/gm, "   *"));
    }
  }
  return found;
}

const docs = comments();
const missing = [];
const docOf = (name) => {
  const doc = docs.get(name);
  if (doc === undefined) missing.push(name);
  return doc ?? "";
};
/** The same comment, opened by what the underscore means. */
const inPlace = (comment) => comment.replace(/\/\*\*\s*(\* )?/, "/**\n   * In place: writes the result into this tensor and returns it. ");

// Methods: one documented member for each entry, and one for its in-place form where there is one.
const signatures = read("tensor/signatures.d.ts");
const declared = /export interface OpMethods extends ([^{]*)\{\s*\}/;
const bases = declared.exec(signatures)?.[1];
if (bases === undefined) throw new Error("document-types: dist/tensor/signatures.d.ts has no OpMethods to document");
const members = [];
for (const name of docs.keys()) {
  members.push(`  ${docOf(name)}\n  ${name}: MappedMethods["${name}"];`);
  if (`${name}_` in Tensor.prototype) members.push(`  ${inPlace(docOf(name))}\n  ${name}_: MappedMethods["${name}_"];`);
}
write(
  "tensor/signatures.d.ts",
  signatures.replace(declared, `interface MappedMethods extends ${bases}{}\nexport interface OpMethods {\n${members.join("\n")}\n}`),
);

// Functions: the comment above each declaration.
const functions = read("tensor/functions.d.ts").replace(
  /^export declare const (\w+): OpFunctions\["(\w+)"\];/gm,
  (line, _, name) => `${docOf(name).replace(/^ {3}\*/gm, " *")}\n${line}`,
);
write("tensor/functions.d.ts", functions);

if (missing.length > 0) throw new Error(`document-types: no comment in src/ops/ for ${missing.join(", ")}`);
if (members.length < 100) throw new Error(`document-types: only ${members.length} members found; did the layout of the tables change?`);

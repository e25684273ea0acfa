/**
 * @file What an operation does, found out by doing it: which dtypes its sample runs on, whether a gradient flows through it, and what the compiler
 * knows of its result's shape. The generator of docs/operations.md asks; samples.mjs has the calls.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tesserae from "tesserae";
import { declarations, inputsOf, sampleFunction, tensorsIn } from "./inputs.mjs";

function outcome(run, inputs) {
  try {
    const result = run(inputs);
    for (const tensor of tensorsIn(result)) tensor.toTypedArray();
    return { result };
  } catch (error) {
    if (error instanceof tesserae.TesseraeError) return { error };
    throw error;
  }
}

/** The dtypes that a sample takes. */
export function dtypesOf(sample) {
  const run = sampleFunction(sample);
  return tesserae.dtypes.filter((dtype) => outcome(run, inputsOf(dtype)).error === undefined);
}

const groups = [
  ["every dtype", tesserae.dtypes],
  ["integers and floats", tesserae.dtypes.filter((dtype) => dtype !== "bool")],
  ["floats", tesserae.dtypes.filter((dtype) => dtype.startsWith("float"))],
  ["bool and integers", tesserae.dtypes.filter((dtype) => !dtype.startsWith("float"))],
  ["integers", tesserae.dtypes.filter((dtype) => !dtype.startsWith("float") && dtype !== "bool")],
];
/** A list of dtypes in words. */
export function dtypesInWords(list) {
  const group = groups.find(([, dtypes]) => dtypes.length === list.length && dtypes.every((dtype) => list.includes(dtype)));
  if (group) return group[0];
  const missing = tesserae.dtypes.filter((dtype) => !list.includes(dtype));
  return missing.length < 3 ? `all but ${missing.join(", ")}` : list.join(", ");
}

/**
 * Whether a gradient flows: "yes"; "no" where asking for one throws; "-" where the result (in float64) is not floating, or depends on no input.
 */
export function gradientOf(sample) {
  // Not leaves, so that in-place operations may write to them.
  const inputs = inputsOf("float64", (x) => x.requiresGrad_().mul(1));
  const { result, error } = outcome(sampleFunction(sample), inputs);
  if (error instanceof tesserae.AutogradError) return "no";
  if (error !== undefined) return "-";
  const ends = tensorsIn(result).filter((tensor) => tensor.requiresGrad);
  if (ends.length === 0) return "-";
  const { error: failure } = outcome(() => ends.map((end) => end.sum()).reduce((a, b) => a.add(b)).backward(), inputs);
  return failure === undefined ? "yes" : "no";
}

const shapeKind = `
type ShapeKind<S extends readonly number[]> = number extends S["length"] ? "dynamic" : number extends S[number] ? "rank" : "known";
type Kind<R> = R extends Tensor<infer S> ? ShapeKind<S> : R extends readonly (infer E)[] ? Kind<E> : R extends boolean ? "none" : R extends object ? Kind<R[keyof R]> : "none";
declare function kind<R>(result: R): Kind<R>;
`;

/**
 * What the compiler makes of the shape of each sample's result, from inputs of literal shapes: "known" (every size), "rank" (some sizes are number),
 * "dynamic". One run of the compiler over a generated program, whose errors say the types.
 */
export function shapesOf(samples) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "shapes-"));
  try {
    const kinds = new Map();
    const head = declarations("float32") + shapeKind;
    const first = head.split("\n").length + 1;
    const program = `${head}\n${samples.map((sample) => `{ const answer: "?" = kind(${sample}); void answer; }`).join("\n")}\n`;
    writeFileSync(join(folder, "program.ts"), program);
    const options = { target: "ES2022", lib: ["ES2023", "ESNext.Disposable", "DOM"], module: "NodeNext", moduleResolution: "NodeNext", strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true, types: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["program.ts"] }));
    for (const [, line, message] of typeErrors(root, folder)) {
      const sample = samples[Number(line) - first];
      const answer = /^Type '"(\w+)"' is not assignable to type '"\?"'/.exec(message)?.[1] ?? (/^Type '("\w+"(?: \| )?)+' is not/.test(message) ? "rank" : undefined);
      if (sample !== undefined && answer !== undefined) kinds.set(sample, answer);
      else if (sample !== undefined) kinds.set(sample, kinds.get(sample) ?? `? ${message}`);
    }
    return samples.map((sample) => kinds.get(sample) ?? "dynamic");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The compiler's complaints: line and message. */
function typeErrors(root, folder) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  let output = "";
  try {
    output = execFileSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8", cwd: root });
  } catch (error) {
    output = String(error.stdout);
  }
  return [...output.matchAll(/program\.ts\((\d+),\d+\): error TS\d+: (.*)/g)];
}

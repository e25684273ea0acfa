/**
 * @file The tensors that the samples of operations (samples.mjs) speak of, in every dtype, and how a sample is evaluated. Their values suit most
 * operations: floats are different numbers between 0.1 and 0.9, integers small. The generator of docs/operations.md and the tests of
 * gradients and of special values use it.
 */
import * as tesserae from "tesserae";

/** The shape of each input. `i`, `j` are indices (int64), `mask` is bool, whatever the dtype. */
export const shapes = {
  x: [2, 3],
  y: [2, 3],
  z: [2, 3],
  v: [3],
  w: [3],
  s: [],
  m: [3, 3],
  p: [3, 2],
  b: [2, 3, 3],
  c: [2, 3, 3],
  seq: [1, 4, 6],
  img: [1, 4, 4, 4],
  k1: [4, 4, 3],
  k2: [4, 4, 3, 3],
  k4: [4],
  k333: [3, 3, 3],
};
const others = { i: ["int64", [2, 3]], j: ["int64", [2]], labels: ["int64", [2]], mask: ["bool", [2, 3]] };

/** Values that differ from each other, in no order: floats between 0.1 and 0.9, integers from 0 to 6. */
function valueAt(dtype, position, salt) {
  const mixed = ((position + 1) * 37 + salt * 11) % 101;
  if (dtype === "bool") return mixed % 3 !== 0;
  return dtype.startsWith("float") ? 0.1 + (0.8 * mixed) / 101 : mixed % 7;
}

/** The matrix is not singular: its diagonal stands out. */
const onDiagonal = (dtype, name, at) => (name === "m" && at % 4 === 0 && dtype.startsWith("float") ? 0.6 : 0);

const numel = (shape) => shape.reduce((a, b) => a * b, 1);
const valuesOf = (dtype, name, shape, salt) =>
  Array.from({ length: numel(shape) }, (_, at) => (dtype === "bool" ? valueAt(dtype, at, salt) : valueAt(dtype, at, salt) + onDiagonal(dtype, name, at)));

/**
 * The inputs of a dtype by name, and `dtype` itself.
 * @param dtype the dtype of all but indices and masks
 * @param finish what is done to each input of that dtype (say, to require gradients)
 * @param values the elements of an input, given its name, how many they are and the ordinary ones
 */
export function inputsOf(dtype, finish = (x) => x, values = (_name, _count, ordinary) => ordinary) {
  const inputs = { dtype };
  Object.entries(shapes).forEach(([name, shape], salt) => {
    const elements = values(name, numel(shape), valuesOf(dtype, name, shape, salt));
    inputs[name] = finish(tesserae.tensor(elements, { dtype }).reshape(shape), name);
  });
  for (const [name, [own, shape]] of Object.entries(others)) {
    inputs[name] = tesserae.tensor(Array.from({ length: numel(shape) }, (_, at) => (own === "bool" ? at % 2 === 0 : at % 2)), { dtype: own }).reshape(shape);
  }
  return inputs;
}

const scope = Object.keys(tesserae).filter((name) => !["Tensor"].includes(name));
const inputNames = [...Object.keys(shapes), ...Object.keys(others), "dtype"];

/** A sample as a function of its inputs. A sample is text because the compiler has to see it too. */
export function sampleFunction(expression) {
  const names = inputNames.filter((name) => !scope.includes(name));
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the text is ours
  const run = new Function("tesserae", "inputs", `const { ${scope.map((name) => (reserved.has(name) ? `${name}: ${name}_` : name)).join(", ")} } = tesserae; const { ${names.join(", ")} } = inputs; return ${expression};`);
  return (inputs) => run(tesserae, inputs);
}
const reserved = new Set(["var"]);

/** The inputs that a sample reads, of those whose dtype may be chosen. */
export const inputsIn = (expression) => Object.keys(shapes).filter((name) => new RegExp(`(?<![.\\w"'])${name}(?![\\w"':])`).test(expression));

/** The declarations that a sample needs to be seen by the compiler, for inputs of a dtype. */
export function declarations(dtype) {
  const all = [...Object.entries(shapes).map(([name, shape]) => [name, dtype, shape]), ...Object.entries(others).map(([name, [own, shape]]) => [name, own, shape])];
  return [
    `import * as tesserae from "tesserae";`,
    `import type { Tensor } from "tesserae";`,
    `const { ${scope.map((name) => (reserved.has(name) ? `${name}: ${name}_` : name)).join(", ")} } = tesserae;`,
    ...all.map(([name, own, shape]) => `declare const ${name}: Tensor<[${shape.join(", ")}], "${own}">;`),
    `declare const dtype: "${dtype}";`,
  ].join("\n");
}

/** All tensors of a result: of an object, a list, or itself. */
export function tensorsIn(result) {
  if (result instanceof tesserae.Tensor) return [result];
  return typeof result === "object" && result !== null ? Object.values(result).flatMap(tensorsIn) : [];
}

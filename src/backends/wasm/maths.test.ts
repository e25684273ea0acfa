/**
 * @file Every function of the maths tables, run as a tiny module over a buffer and held to a bound in units in the last place
 * against float64 references: dense sweeps, random bits, and every special value in every lane beside ordinary ones.
 */
import { describe, expect, test } from "vitest";
import { FunctionBuilder, encodeModule, type Local } from "./assembler.js";
import { hasRelaxedMadd } from "./features.js";
import { hostFunctions, type HostFunction } from "./host-functions.js";
import { binaryMathsOps, maths, unaryMathsOps, type BinaryMathsOp, type MathsOp, type UnaryMathsOp } from "./maths.js";
import { LocalsCode } from "./vector-code.js";

type Dtype = "float32" | "float64";
const COUNT = 1 << 12;
const SPAN = COUNT * 8;
const hostNames: readonly string[] = Object.keys(hostFunctions);

const isBinary = (op: MathsOp): op is BinaryMathsOp => binaryMathsOps.some((name) => name === op);

/** out[i] = op(x[i], y[i]) for COUNT elements at 0, SPAN and 2 SPAN. */
function build(dtype: Dtype, op: MathsOp, fuses: boolean) {
  const f = new FunctionBuilder(["i32"], []);
  const code = new LocalsCode(f, (name: HostFunction) => hostNames.indexOf(name), fuses);
  const at = f.local("i32");
  const load = (offset: number): Local => {
    f.get(at);
    f.memory("v128.load", offset);
    const local = f.local("v128");
    f.set(local);
    return local;
  };
  f.loop(() => {
    const x = load(0);
    const result = isBinary(op) ? maths[dtype][op](code, x, load(SPAN)) : maths[dtype][op](code, x);
    f.get(at);
    f.get(result);
    f.memory("v128.store", 2 * SPAN);
    f.get(at);
    f.i32(16);
    f.op("i32.add");
    f.tee(at);
    f.get(0);
    f.op("i32.lt_u");
    f.branchIf(0);
  });
  const pages = Math.ceil((3 * SPAN) / 65536);
  const imports = Object.entries(hostFunctions).map(([name, { length }]) => ({
    module: "host", name, params: length === 1 ? (["f64"] as const) : (["f64", "f64"] as const), results: ["f64"] as const,
  }));
  const bytes = encodeModule({
    memory: { initial: pages, maximum: pages, shared: false }, imports, functions: [f], exports: { run: imports.length },
  });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { env: { memory }, host: hostFunctions });
  const { run } = exports;
  if (typeof run !== "function") throw new Error("the module exports no function");
  const View = dtype === "float32" ? Float32Array : Float64Array;
  const view = (offset: number) => new View(memory.buffer, offset, COUNT);
  return { x: view(0), y: view(SPAN), out: view(2 * SPAN), run: () => void run(COUNT * View.BYTES_PER_ELEMENT) };
}

/**
 * The error function by its Maclaurin series below 1 and one minus the continued fraction of erfc above (Abramowitz and Stegun 7.1.5,
 * 7.1.14), with x² in two parts so that e^(-x²) keeps its digits.
 */
function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || x === 0) return x;
  if (a > 6) return Math.sign(x);
  if (a < 1) {
    let sum = 0;
    for (let n = 29, term: number; n >= 1; n--) {
      term = 1;
      for (let k = 1; k <= n; k++) term *= (-x * x) / k;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * x + (2 / Math.sqrt(Math.PI)) * x * sum;
  }
  const short = Math.fround(a);
  const density = (Math.exp(-short * short) * Math.exp(-(a - short) * (a + short))) / Math.sqrt(Math.PI);
  let fraction = a;
  for (let n = 400; n >= 1; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - density / fraction);
}

/** PyTorch's scalar floor division (c10::div_floor_floating), rounding every step to the dtype. */
function floorDiv(x: number, y: number, round: (v: number) => number): number {
  if (y === 0) return round(x / y);
  const mod = x % y;
  let div = round(round(x - mod) / y);
  if (mod !== 0 && y < 0 !== mod < 0) div = round(div - 1);
  if (div === 0) return Object.is(round(x / y), -0) || x / y < 0 ? -0 : 0;
  const floor = Math.floor(div);
  return div - floor > 0.5 ? floor + 1 : floor;
}

function remainder(x: number, y: number, round: (v: number) => number): number {
  const mod = x % y;
  return mod !== 0 && y < 0 !== mod < 0 ? round(mod + y) : mod;
}

const unaryReference: Record<UnaryMathsOp, (x: number) => number> = {
  sign: (x) => Number(x > 0) - Number(x < 0), // NaN has none
  exp: Math.exp, exp2: (x) => 2 ** x, expm1: Math.expm1, log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh,
  tanh: Math.tanh, erf,
};
const binaryReference: Record<BinaryMathsOp, (x: number, y: number, round: (v: number) => number) => number> = {
  pow: hostFunctions.pow, atan2: Math.atan2, truncDiv: (x, y, round) => Math.trunc(round(x / y)), fmod: (x, y) => x % y, remainder, floorDiv,
};

/** Units in the last place of the correctly rounded result: how far apart, infinite where NaN, a sign of zero or an infinity is wrong. */
function distance(got: number, want: number, round: (v: number) => number, digits: number, smallest: number): number {
  const rounded = round(want);
  if (Object.is(got, rounded) && !Number.isFinite(got)) return 0;
  if (Number.isNaN(got) || Number.isNaN(want)) return Infinity;
  if (got === 0 && rounded === 0) return Object.is(got, rounded) ? 0 : Infinity;
  if (!Number.isFinite(got) || !Number.isFinite(rounded)) {
    const largest = digits === 24 ? 3.4028234663852886e38 : Number.MAX_VALUE; // next to infinity
    return Math.max(-largest, Math.min(largest, got)) === Math.max(-largest, Math.min(largest, rounded)) ? 1 : Infinity;
  }
  const magnitude = Math.abs(rounded);
  const exponent = magnitude < smallest ? Math.log2(smallest) : Math.floor(Math.log2(magnitude));
  return Math.abs(got - want) / 2 ** (exponent - digits + 1);
}

/** A small generator with a fixed seed (xorshift), so that every run tests the same numbers. */
function generator(seed: number) {
  let state = seed;
  const bits = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  return { bits, unit: () => bits() / 2 ** 31 };
}

const common = [
  0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 7, -7, 0.1, -0.3, Infinity, -Infinity, NaN, 100, -100, 1e10, -1e10, 1e30, Math.PI / 2, -Math.PI, 20, -20,
];
const specials: Record<Dtype, readonly number[]> = {
  float32: [
    ...common, 2 ** -149, -(2 ** -149), 1e-40, -1e-40, 2 ** -126, -(2 ** -126), 3.4028234663852886e38, -3.4028234663852886e38, 88.72, 88.7228,
    88.73, 89.4, 89.5, -87.4, -103.9, -104.1, 127.999, 128, -149, -150, -126.5, 0.99999994, -0.99999994, 1.0000001, 8388609, 16777217, 5e8,
  ],
  float64: [
    ...common, 5e-324, -5e-324, 1e-310, -1e-310, 2 ** -1022, -(2 ** -1022), Number.MAX_VALUE, -Number.MAX_VALUE, 709.78, 709.79, 710.4, 711,
    -708.5, -745, -745.2, 1023.999, 1024, -1074, -1075.5, -1022.5, 0.9999999999999999, -0.9999999999999999, 1.0000000000000002, 1e300, 2 ** 53, 1e-20,
  ],
};

/** Fills x and y (kind 0 to 7): special values against each other in shifting lanes, random bits, and ranges that matter. */
function fill(dtype: Dtype, kind: number, x: Float32Array | Float64Array, y: Float32Array | Float64Array): void {
  const random = generator(kind * 7919 + 12345);
  const words = new Int32Array(x.buffer, x.byteOffset, x.byteLength / 4);
  const values = specials[dtype];
  if (kind === 1) for (let i = 0; i < words.length; i++) words[i] = random.bits();
  for (let i = 0; i < COUNT; i++) {
    const r = random.unit();
    if (kind === 0) x[i] = values[i % values.length];
    else if (kind > 1) x[i] = [0, 0, r * 1.05, r * 10, r * 110, r * 1e5, Math.exp(r * 20), 1 + r * 0.4][kind];
    const s = random.unit();
    y[i] = kind === 0 ? values[Math.floor(i / values.length) % values.length] : [0, s * 50, s * 3, Math.round(s * 12), s * 40, s * 1e3, s * 8, s * 200][kind];
  }
}

/**
 * Largest distances allowed, a little above those measured; for float64 with the reference's own errors, of about one, in. erf in float32 is
 * allowed 3.3e-7 of the result, a quarter of what golden figures are, because one quotient is three times as fast as what has 1.4 units.
 */
const bounds: Record<MathsOp, readonly [float32: number, float64: number]> = {
  sign: [0, 0], exp: [1.1, 1.5], exp2: [1.1, 1.5], expm1: [1.9, 2], log: [1, 1.5], log2: [1, 1.5], log10: [1, 2.1], log1p: [1, 1.5],
  sin: [2.2, 1.5], cos: [2.2, 1.5], tan: [0.9, 2.5], asin: [2, 2.5], acos: [1.3, 1.5], atan: [2.4, 2], sinh: [1.8, 2.5], cosh: [1.6, 2],
  tanh: [2.6, 3], erf: [5.5, 2], pow: [0.6, 0], atan2: [0.6, 2.5], floorDiv: [0, 0], truncDiv: [0, 0], remainder: [0, 0], fmod: [0, 0],
};

/** The largest distance over all fills, and where. */
function worst(dtype: Dtype, op: MathsOp, fuses: boolean): { readonly units: number; readonly at: readonly number[] } {
  const round = dtype === "float32" ? Math.fround : (v: number) => v;
  const [digits, smallest] = dtype === "float32" ? [24, 2 ** -126] : [53, 2 ** -1022];
  const { x, y, out, run } = build(dtype, op, fuses);
  let found: { units: number; at: number[] } = { units: 0, at: [] };
  for (let kind = 0; kind < 8; kind++) {
    fill(dtype, kind, x, y);
    run();
    for (let i = 0; i < COUNT; i++) {
      const want = isBinary(op) ? binaryReference[op](x[i], y[i], round) : unaryReference[op](x[i]);
      const units = distance(out[i], want, round, digits, smallest);
      if (units > found.units) found = { units, at: [x[i], y[i], out[i], want] };
    }
  }
  return found;
}

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  const ways = hasRelaxedMadd() ? [false, true] : [false];
  const cases = ways.flatMap((fuses) => [...unaryMathsOps, ...binaryMathsOps].map((op) => [op, fuses] as const));
  test.each(cases)("%s is within its bound (multiply-add in one instruction: %s)", (op, fuses) => {
    const { units, at } = worst(dtype, op, fuses);
    const bound = bounds[op][dtype === "float32" ? 0 : 1];
    expect(units, `${op}(${at[0]}, ${at[1]}) gave ${at[2]}, wanted ${at[3]}`).toBeLessThanOrEqual(bound);
  });

  test.each(cases)("%s gives an element what it gives whatever its neighbours are (multiply-add in one instruction: %s)", (op, fuses) => {
    const { x, y, out, run } = build(dtype, op, fuses);
    for (const kind of [0, 1, 3, 5]) {
      fill(dtype, kind, x, y);
      const [xs, ys] = [x.slice(), y.slice()];
      run();
      const first = out.slice();
      // Each element beside others, and in another lane.
      const far = 1021;
      for (let i = 0; i < COUNT; i++) [x[(i * far) % COUNT], y[(i * far) % COUNT]] = [xs[i], ys[i]];
      run();
      for (let i = 0; i < COUNT; i++) if (!Object.is(out[(i * far) % COUNT], first[i])) expect.fail(`${op}(${xs[i]}, ${ys[i]}): ${first[i]} and ${out[(i * far) % COUNT]}`);
    }
  });

  test.each([
    ["floorDiv", 7, -2, -4], ["floorDiv", -7, 2, -4], ["floorDiv", 1, 0, Infinity], ["floorDiv", -1, 0, -Infinity], ["floorDiv", 0, 0, NaN],
    ["floorDiv", -5, Infinity, -1], ["floorDiv", 0, -3, -0], ["truncDiv", -7, 2, -3], ["remainder", -7, 3, 2], ["remainder", 7, -3, -2],
    ["remainder", 5, 0, NaN], ["remainder", -5, Infinity, Infinity], ["fmod", -7, 3, -1], ["fmod", -6, 3, -0], ["fmod", 1e30, 7, Number(BigInt(dtype === "float32" ? Math.fround(1e30) : 1e30) % 7n)],
    ["pow", 1, NaN, 1], ["pow", -1, Infinity, 1], ["pow", NaN, 0, 1], ["pow", -2, 3, -8], ["pow", -2, 0.5, NaN], ["pow", -0, -3, -Infinity],
    ["pow", -Infinity, 0.5, Infinity], ["atan2", -0, -1, -Math.PI], ["atan2", Infinity, -Infinity, 0.75 * Math.PI],
  ] as const)("%s(%d, %d) is %d", (op, p, q, want) => {
    const { x, y, out, run } = build(dtype, op, hasRelaxedMadd());
    x.fill(p);
    y.fill(q);
    run();
    expect([...out.subarray(0, 4)]).toEqual(Array.from({ length: 4 }, () => (dtype === "float32" ? Math.fround(want) : want)));
  });
});

/**
 * @file Whether the innermost loop of matrix products may be compiled into vectors twice as wide. It is found out once a process, on that very
 * loop: its results must be those of the narrow one bit for bit, and it must be the faster one. The backend asks for large products.
 *
 * V8 calls this experimental. Only that loop has neighbouring stores for it to pair (contraction.ts sees to it), so what has been checked is
 * all that the flag changes.
 */
import { encodeModule, type FunctionBuilder } from "../assembler.js";
import { canPairVectors, hasRelaxedMadd, wideVectors, type Configuration } from "../features.js";
import { canOptimiseAtOnce, marked, optimisedModule } from "../module.js";
import { microKernel } from "./micro-kernel.js";
import { depthBlock, layoutOf, tiles, type Floating, type Tile } from "./plan.js";

/** What the check found: whether the bits are the same, and how much faster wide vectors are. */
interface Finding {
  readonly same: boolean;
  readonly gain: number;
}
const findings = new Map<Floating, Finding>();

/** Less than this is not worth a wider tile, which pads more. */
const leastGain = 1.25;

/** Whether products of the dtype use wide vectors. The first question that the engine's version does not answer takes a few milliseconds. */
export function usesWideVectors(dtype: Floating): boolean {
  const wanted = wideVectors();
  if (wanted === false || !canPairVectors() || !canOptimiseAtOnce()) return false;
  const known = findings.get(dtype);
  const finding = known ?? check(dtype);
  if (known === undefined) findings.set(dtype, finding);
  return finding.same && (wanted === true || finding.gain >= leastGain);
}

/** What `configuration` gives: what was asked for, and what came of it. */
export interface CurrentConfiguration extends Required<Configuration> {
  /** Whether large matrix products of either dtype use wide vectors in this process, here and now; other kernels do as those of float32. */
  readonly wideVectorsInUse: Readonly<Record<Floating, boolean>>;
}

/**
 * How the engine below computes: what `configure` has set, and whether large products use wide vectors. That is checked once a process, by
 * the first large product or by this.
 *
 * @example
 * configuration(); // { wideVectors: "auto", wideVectorsInUse: { float32: true, float64: true } } on Node 24, false on Node 20
 */
export function configuration(): CurrentConfiguration {
  return { wideVectors: wideVectors(), wideVectorsInUse: { float32: usesWideVectors("float32"), float64: usesWideVectors("float64") } };
}

/** The loop on panels and a tile in a memory of their own. */
class Trial {
  private readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  private readonly run: Function;
  private readonly right: number;
  private readonly result: number;

  constructor(private readonly tile: Tile, private readonly dtype: Floating, code: FunctionBuilder, pairs: boolean, again: boolean) {
    const layout = layoutOf(tile, dtype);
    this.right = tile.rows * layout.leftPitch;
    this.result = this.right + depthBlock * tile.vectors * 16;
    const memory = { initial: 1, maximum: 1, shared: false };
    const bytes = encodeModule({ memory, imports: [], functions: [code], exports: { run: 0 } });
    const { exports } = new WebAssembly.Instance(optimisedModule(again ? marked(bytes) : bytes, pairs), { env: { memory: this.memory } });
    const { run } = exports;
    this.run = typeof run === "function" ? run : () => {};
    // Fractions of many bits, of either sign, large and small, so that every rounding shows.
    const elements = dtype === "float32" ? new Float32Array(this.memory.buffer, 0, this.result / 4) : new Float64Array(this.memory.buffer, 0, this.result / 8);
    for (let i = 0; i < elements.length; i++) elements[i] = Math.sin(i * 1.7) * 2 ** ((i * 7) % 11);
  }
  once(depth: number, first: 0 | 1): void {
    Reflect.apply(this.run, undefined, [0, this.right, this.result, depth, first]);
  }
  bits(): Uint32Array {
    const { resultPitch } = layoutOf(this.tile, this.dtype);
    return new Uint32Array(this.memory.buffer, this.result, (this.tile.rows * resultPitch) >> 2);
  }
  /** Milliseconds for a number of columns' worth of work, the best of some. */
  time(): number {
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      for (let i = 0; i < 40 / this.tile.vectors; i++) this.once(depthBlock, 0);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }
}

function check(dtype: Floating): Finding {
  const madd = hasRelaxedMadd();
  const trial = (tile: Tile, pairs: boolean, again: boolean) => new Trial(tile, dtype, microKernel(tile, dtype, madd), pairs, again);
  const [wide, plain] = [trial(tiles.wide, true, false), trial(tiles.wide, false, true)];
  for (const [depth, first] of [[depthBlock, 1], [37, 0], [1, 0]] as const) for (const trial of [wide, plain]) trial.once(depth, first);
  const [got, wanted] = [wide.bits(), plain.bits()];
  const same = got.every((bits, i) => bits === wanted[i]) && got.some((bits) => bits !== 0);
  return { same, gain: same ? trial(tiles.narrow, false, false).time() / wide.time() : 0 };
}

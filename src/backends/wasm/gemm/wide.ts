/**
 * @file Whether the innermost loop of matrix products may be compiled into vectors twice as wide. It is found out once a process, on that very
 * loop: its results must be those of the narrow one bit for bit, and it must be the faster one. The backend asks for large products.
 *
 * V8 calls this experimental. Only that loop has neighbouring stores for it to pair (contraction.ts sees to it), so what has been checked is
 * all that the flag changes.
 */
import { encodeModule, type FunctionBuilder } from "../assembler.js";
import { canPairVectors, hasRelaxedMadd, wideVectors } from "../features.js";
import { canOptimiseAtOnce, marked, optimisedModule } from "../module.js";
import { microKernel } from "./micro-kernel.js";
import { depthBlock, layoutOf, tiles, type Tile } from "./plan.js";

/** What the check found: whether the bits are the same, and how much faster wide vectors are. */
interface Finding {
  readonly same: boolean;
  readonly gain: number;
}
let finding: Finding | undefined;

/** Less than this is not worth a wider tile, which pads more. */
const leastGain = 1.25;

export function usesWideVectors(): boolean {
  const wanted = wideVectors();
  if (wanted === false || !canPairVectors() || !canOptimiseAtOnce()) return false;
  finding ??= check();
  return finding.same && (wanted === true || finding.gain >= leastGain);
}

/** The loop on panels and a tile in a memory of their own. */
class Trial {
  private readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  private readonly run: Function;
  private readonly right: number;
  private readonly result: number;

  constructor(private readonly tile: Tile, code: FunctionBuilder, pairs: boolean, again: boolean) {
    const layout = layoutOf(tile, "float32");
    this.right = tile.rows * layout.leftPitch;
    this.result = this.right + depthBlock * tile.vectors * 16;
    const memory = { initial: 1, maximum: 1, shared: false };
    const bytes = encodeModule({ memory, imports: [], functions: [code], exports: { run: 0 } });
    const { exports } = new WebAssembly.Instance(optimisedModule(again ? marked(bytes) : bytes, pairs), { env: { memory: this.memory } });
    const { run } = exports;
    this.run = typeof run === "function" ? run : () => {};
    // Fractions of many bits, of either sign, large and small, so that every rounding shows.
    const elements = new Float32Array(this.memory.buffer, 0, this.result / 4);
    for (let i = 0; i < elements.length; i++) elements[i] = Math.sin(i * 1.7) * 2 ** ((i * 7) % 11);
  }
  once(depth: number, first: 0 | 1): void {
    Reflect.apply(this.run, undefined, [0, this.right, this.result, depth, first]);
  }
  bits(): Uint32Array {
    const { resultPitch } = layoutOf(this.tile, "float32");
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

function check(): Finding {
  const madd = hasRelaxedMadd();
  const code = (tile: Tile) => microKernel(tile, "float32", madd);
  const [wide, plain] = [new Trial(tiles.wide, code(tiles.wide), true, false), new Trial(tiles.wide, code(tiles.wide), false, true)];
  for (const [depth, first] of [[depthBlock, 1], [37, 0], [1, 0]] as const) for (const trial of [wide, plain]) trial.once(depth, first);
  const [got, wanted] = [wide.bits(), plain.bits()];
  const same = got.every((bits, i) => bits === wanted[i]) && got.some((bits) => bits !== 0);
  return { same, gain: same ? new Trial(tiles.narrow, code(tiles.narrow), false, false).time() / wide.time() : 0 };
}

/**
 * @file Two pieces of code that do the same to different elements, woven together instruction by instruction, so that what V8 makes one
 * wide instruction of stands side by side. The loops of kernels that are compiled for wide vectors use it; it knows no kernel.
 *
 * V8's pass (compiler/turboshaft/wasm-revec-reducer.cc) starts at two stores to neighbouring places and walks to what they store: both sides must
 * be of the same operations, in the same basic block, and loads must not have a store between them. The higher place is stored
 * first: the other way round V8 keeps a narrow store beside the wide one.
 */
import type { Local, Statement } from "./assembler.js";
import type { Code } from "./code.js";

/** Appends both pieces, which must not depend on each other; `second` is the one at the higher addresses. */
export function weave(code: Code, first: readonly Statement[], second: readonly Statement[]): void {
  const { f } = code;
  if (!alike(first, second)) {
    for (const statement of [...first, ...second]) f.append(statement);
    return;
  }
  first.forEach((low, i) => {
    const high = second[i];
    if (low instanceof Uint8Array || high instanceof Uint8Array) {
      f.append(high);
      f.append(low);
    } else f.ifAny(either(code, low.mask, high.mask), () => weave(code, low.inside, high.inside));
  });
}

/** Whether two pieces are of as many statements, of the same kinds. */
const alike = (first: readonly Statement[], second: readonly Statement[]): boolean =>
  first.length === second.length && first.every((statement, i) => statement instanceof Uint8Array === second[i] instanceof Uint8Array);

/** The lanes that either mask has. A branch that one of them needs changes nothing for the other: it takes what its own mask says. */
function either(code: Code, a: Local, b: Local): Local {
  const { f } = code;
  const local = f.local("v128");
  f.get(a);
  f.get(b);
  f.simd("v128.or");
  f.set(local);
  return local;
}

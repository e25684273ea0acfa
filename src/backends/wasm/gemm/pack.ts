/**
 * @file Copies a block of a strided operand into the order in which the innermost loop reads it. A function of its own, called for
 * either operand: where an element lies is the sum of two offsets, looked up in tables, so that any number of axes and any strides are
 * the same to it, and a convolution's windows are never written out.
 */
import { InternalError } from "../../../core/errors.js";
import { FunctionBuilder, type Local } from "../assembler.js";
import { Code, highHalves, lowHalves } from "../code.js";
import type { MemoryOpcode } from "../opcodes.js";
import { itemBytes, type Floating } from "./plan.js";

/**
 * Parameters of the function: where the operand starts; the table of outer offsets and how many fours of it; the same for inner ones; where
 * to write; bytes from one outer row to the next there. Inner elements are written side by side.
 */
const [base, outerTable, outers, innerTable, inners, target, pitch] = [0, 1, 2, 3, 4, 5, 6];

const range = [0, 1, 2, 3] as const;

/** `apart`: no two stores side by side, as in `runCopying`. */
export function packing(dtype: Floating, apart: boolean): FunctionBuilder {
  return new Packing(dtype, apart).written();
}

/** Works in blocks of four by four elements. */
class Packing {
  private readonly f = new FunctionBuilder(Array.from({ length: 7 }, () => "i32" as const), []);
  private readonly code = new Code(this.f, (name) => {
    throw new InternalError(`packing calls ${name}`);
  });
  private readonly item: 4 | 8;
  private readonly sources = range.map(() => this.f.local("i32"));
  private readonly targets = range.map(() => this.f.local("i32"));
  private readonly outerNeighbours = this.f.local("i32");
  private readonly inner = this.f.local("i32");
  private readonly left = this.f.local("i32");

  constructor(private readonly dtype: Floating, private readonly apart: boolean) {
    this.item = itemBytes(dtype);
  }

  written(): FunctionBuilder {
    const { f, code } = this;
    f.loop(() => {
      this.sources.forEach((source, i) => this.sum(source, base, () => this.offset(outerTable, i)));
      this.pushNeighbours(outerTable);
      f.set(this.outerNeighbours);
      code.copy(innerTable, this.inner);
      code.copy(target, this.targets[0]);
      for (let i = 1; i < 4; i++) this.sum(this.targets[i], this.targets[i - 1], () => f.get(pitch));
      code.copy(inners, this.left);
      f.loop(() => {
        this.block();
        code.increase(this.inner, 16);
        for (const local of this.targets) code.increase(local, 4 * this.item);
        this.countDown(this.left);
      });
      code.increase(outerTable, 16);
      this.sum(target, this.targets[3], () => f.get(pitch));
      // The targets have moved along a whole row.
      f.get(target);
      f.get(inners);
      f.i32(4 * this.item);
      f.op("i32.mul");
      f.op("i32.sub");
      f.set(target);
      this.countDown(outers);
    });
    return f;
  }

  private block(): void {
    const { f } = this;
    this.pushNeighbours(this.inner);
    f.if(() => this.copied(), () => {
      f.get(this.outerNeighbours);
      f.if(() => this.transposed(), () => this.gathered());
    });
  }
  /** Inner elements are neighbours: rows as they are. */
  private copied(): void {
    const { f, item } = this;
    const at = f.local("i32");
    this.offset(this.inner, 0);
    f.set(at);
    this.sources.forEach((source, i) => {
      for (let byte = 0; byte < 4 * item; byte += 16) {
        const offset = this.pushTarget(i, byte);
        this.pushSum(source, at);
        f.memory("v128.load", byte);
        f.memory("v128.store", offset);
      }
    });
  }
  /** Outer elements are neighbours: columns, turned. */
  private transposed(): void {
    const { f, code, item } = this;
    const halves = item / 4;
    const columns = range.map((i) => {
      const at = f.local("i32");
      this.sum(at, this.sources[0], () => this.offset(this.inner, i));
      return Array.from({ length: halves }, (_, half) => {
        f.get(at);
        f.memory("v128.load", 16 * half);
        return code.taken();
      });
    });
    if (this.dtype === "float32") {
      code.transposed(columns.map(([whole]) => whole)).forEach((row, i) => this.store(row, i, 0));
      return;
    }
    for (const i of range) {
      const half = i >> 1;
      const lanes = i % 2 === 0 ? lowHalves : highHalves;
      this.store(code.shuffle(columns[0][half], columns[1][half], lanes), i, 0);
      this.store(code.shuffle(columns[2][half], columns[3][half], lanes), i, 16);
    }
  }
  /** Elements one by one. */
  private gathered(): void {
    const { f, item } = this;
    const [zero, lane]: MemoryOpcode[] = item === 4 ? ["v128.load32_zero", "v128.load32_lane"] : ["v128.load64_zero", "v128.load64_lane"];
    const lanes = 16 / item;
    const offsets = range.map((i) => {
      this.offset(this.inner, i);
      const local = f.local("i32");
      f.set(local);
      return local;
    });
    const vector = f.local("v128");
    this.sources.forEach((source, i) => {
      for (let start = 0; start < 4; start += lanes) {
        for (let k = 0; k < lanes; k++) {
          this.pushSum(source, offsets[start + k]);
          if (k > 0) f.get(vector);
          f.memory(k === 0 ? zero : lane, 0, k === 0 ? undefined : k);
          f.set(vector);
        }
        this.store(vector, i, start * item);
      }
    });
  }

  /** Pushes whether the four elements of a table follow each other in memory. */
  private pushNeighbours(table: Local): void {
    const { f, item } = this;
    f.get(table);
    f.memory("v128.load", 4);
    f.get(table);
    f.memory("v128.load");
    f.simd("i32x4.sub");
    f.i32(item);
    f.simd("i32x4.splat");
    f.simd("i32x4.eq");
    f.simd("i32x4.bitmask");
    f.i32(7);
    f.op("i32.and");
    f.i32(7);
    f.op("i32.eq");
  }
  private store(vector: Local, row: number, offset: number): void {
    const rest = this.pushTarget(row, offset);
    this.f.get(vector);
    this.f.memory("v128.store", rest);
  }
  /** Pushes the address of a row's vector; gives the offset that its store adds. An address that was added up has no neighbours to the engine. */
  private pushTarget(row: number, offset: number): number {
    this.f.get(this.targets[row]);
    if (!this.apart || offset === 0) return offset;
    this.f.i32(offset);
    this.f.op("i32.add");
    return 0;
  }
  /** Pushes entry number `i` of four. */
  private offset(table: Local, i: number): void {
    this.f.get(table);
    this.f.memory("i32.load", 4 * i);
  }
  private pushSum(a: Local, b: Local): void {
    this.f.get(a);
    this.f.get(b);
    this.f.op("i32.add");
  }
  private sum(into: Local, a: Local, push: () => void): void {
    this.f.get(a);
    push();
    this.f.op("i32.add");
    this.f.set(into);
  }
  /** Branches to the start of the innermost loop unless the counter ends. */
  private countDown(counter: Local): void {
    this.code.increase(counter, -1);
    this.f.get(counter);
    this.f.branchIf(0);
  }
}

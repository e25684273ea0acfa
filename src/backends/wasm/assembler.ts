/**
 * @file A small WebAssembly assembler: opcodes by their names in the specification, LEB128, structured control flow, and the
 * module's sections. The loop emitter and the maths write code through it; it knows nothing of kernels.
 *
 * Source: https://webassembly.github.io/spec/core/binary/
 */
import { plainOpcodes, simdOpcodes, memoryOpcodes, type PlainOpcode, type SimdOpcode, type MemoryOpcode } from "./opcodes.js";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";
const typeCodes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A local variable of the function being built. */
export type Local = number;

/**
 * A statement: code that takes nothing from the operand stack and leaves nothing there. Or what is done where any lane of a mask is set.
 */
export type Statement = Uint8Array | { readonly mask: Local; readonly inside: readonly Statement[] };

/** A growing byte array with WebAssembly's number encodings. */
class Bytes {
  private bytes = new Uint8Array(1024);
  length = 0;

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }
  private grow(more: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
  append(other: Uint8Array): void {
    if (this.length + other.length > this.bytes.length) this.grow(other.length);
    this.bytes.set(other, this.length);
    this.length += other.length;
  }
  /** Unsigned LEB128, up to 32 bits. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }
  /** Signed LEB128 of 32 bits. */
  signed32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(done ? low : low | 0x80);
      if (done) return;
    }
  }
  /** Signed LEB128 of up to 64 bits. */
  signed(value: bigint): void {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
      this.byte(done ? low : low | 0x80);
      if (done) return;
    }
  }
  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.append(encoded);
  }
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** The code of one function. Each method appends one instruction; values travel on WebAssembly's operand stack. */
export class FunctionBuilder {
  private code = new Bytes();
  private readonly localTypes: ValueType[] = [];
  private readonly start = new Bytes();
  private readonly literals = new Map<string, Local>();
  /** Where `recorded` collects statements, and how many structures are open in the present one: it ends when none is. */
  private statements: Statement[] | undefined;
  private open = 0;

  constructor(readonly params: readonly ValueType[], readonly results: readonly ValueType[]) {}

  /** Declares a new local variable; parameters are locals 0, 1, … */
  local(type: ValueType): Local {
    this.localTypes.push(type);
    return this.params.length + this.localTypes.length - 1;
  }
  get(local: Local): void {
    this.code.byte(0x20);
    this.code.unsigned(local);
  }
  set(local: Local): void {
    this.code.byte(0x21);
    this.code.unsigned(local);
    this.cut();
  }
  tee(local: Local): void {
    this.code.byte(0x22);
    this.code.unsigned(local);
  }
  i32(value: number): void {
    this.code.byte(0x41);
    this.code.signed32(value);
  }
  i64(value: bigint): void {
    this.code.byte(0x42);
    this.code.signed(BigInt.asIntN(64, value));
  }
  f32(value: number): void {
    scratch.setFloat32(0, value, true);
    this.code.byte(0x43);
    for (let i = 0; i < 4; i++) this.code.byte(scratch.getUint8(i));
  }
  f64(value: number): void {
    scratch.setFloat64(0, value, true);
    this.code.byte(0x44);
    for (let i = 0; i < 8; i++) this.code.byte(scratch.getUint8(i));
  }
  /** Puts what `fill` appends at the start of the function, after what is there already, wherever the function has got to. */
  atStart(fill: () => void): void {
    const { code, statements } = this;
    [this.code, this.statements] = [this.start, undefined];
    fill();
    [this.code, this.statements] = [code, statements];
  }
  /** The statements that `inside` appends, instead of appending them. It must leave the operand stack empty after every `set` and store. */
  recorded(inside: () => void): readonly Statement[] {
    const { code, statements, open } = this;
    const recorded: Statement[] = [];
    [this.code, this.statements, this.open] = [new Bytes(), recorded, 0];
    inside();
    this.cut();
    [this.code, this.statements, this.open] = [code, statements, open];
    return recorded;
  }
  /** Appends a statement that was recorded. */
  append(statement: Statement): void {
    if (statement instanceof Uint8Array) {
      this.code.append(statement);
      this.cut();
    } else this.ifAny(statement.mask, () => statement.inside.forEach((inner) => this.append(inner)));
  }
  /** Runs `then` if any lane of the mask is set. */
  ifAny(mask: Local, then: () => void): void {
    if (this.statements !== undefined && this.open === 0) {
      this.cut();
      this.statements.push({ mask, inside: this.recorded(then) });
      return;
    }
    this.get(mask);
    this.simd("v128.any_true");
    this.if(then);
  }
  /** Ends the statement that is being recorded. */
  private cut(): void {
    if (this.statements === undefined || this.open > 0 || this.code.length === 0) return;
    this.statements.push(this.code.view());
    this.code = new Bytes();
  }
  /** A v128 literal of 16 bytes. */
  v128(bytes: ArrayLike<number>): void {
    this.simdCode(12);
    for (let i = 0; i < 16; i++) this.code.byte(bytes[i]);
  }
  /** A local that holds a v128 literal from the start of the function, the same one for the same bytes. Not to be set. */
  literal(bytes: ArrayLike<number>): Local {
    let key = "";
    for (let i = 0; i < 16; i += 2) key += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
    const known = this.literals.get(key);
    if (known !== undefined) return known;
    const local = this.local("v128");
    this.literals.set(key, local);
    this.start.byte(0xfd);
    this.start.unsigned(12);
    for (let i = 0; i < 16; i++) this.start.byte(bytes[i]);
    this.start.byte(0x21);
    this.start.unsigned(local);
    return local;
  }
  private simdCode(code: number): void {
    this.code.byte(0xfd);
    this.code.unsigned(code);
  }
  /** A scalar instruction without immediates, such as "i32.add". */
  op(name: PlainOpcode): void {
    const code = plainOpcodes[name];
    if (code > 0xff) {
      this.code.byte(code >> 8); // the 0xfc prefix of the saturating truncations
      this.code.unsigned(code & 0xff);
    } else this.code.byte(code);
  }
  /** A vector instruction without immediates, such as "f32x4.add". */
  simd(name: SimdOpcode): void {
    this.simdCode(simdOpcodes[name]);
  }
  /** A vector instruction with a lane number: extract_lane and replace_lane. */
  lane(name: SimdOpcode, lane: number): void {
    this.simdCode(simdOpcodes[name]);
    this.code.byte(lane);
  }
  shuffle(lanes: readonly number[]): void {
    this.simdCode(13);
    for (let i = 0; i < 16; i++) this.code.byte(lanes[i]);
  }
  /** A load or store at (address on the stack) + offset. Alignment is a hint only; 1 is always right. */
  memory(name: MemoryOpcode, offset = 0, lane?: number): void {
    const code = memoryOpcodes[name];
    if (code >= 0x1000) this.simdCode(code - 0x1000);
    else this.code.byte(code);
    this.code.unsigned(0);
    this.code.unsigned(offset);
    if (lane !== undefined) this.code.byte(lane);
    if (name.includes("store")) this.cut();
  }
  call(functionIndex: number): void {
    this.code.byte(0x10);
    this.code.unsigned(functionIndex);
  }
  /** A block: `branch(0)` inside leaves it. */
  block(inside: () => void): void {
    this.structure(0x02, inside);
  }
  /** A loop: `branch(0)` inside starts it again. */
  loop(inside: () => void): void {
    this.structure(0x03, inside);
  }
  /** Takes an i32 from the stack; runs `then` if it is not zero, else `otherwise`. */
  if(then: () => void, otherwise?: () => void): void {
    this.code.byte(0x04);
    this.code.byte(0x40);
    this.open++;
    then();
    if (otherwise) {
      this.code.byte(0x05);
      otherwise();
    }
    this.open--;
    this.code.byte(0x0b);
    this.cut();
  }
  private structure(code: number, inside: () => void): void {
    this.code.byte(code);
    this.code.byte(0x40);
    this.open++;
    inside();
    this.open--;
    this.code.byte(0x0b);
    this.cut();
  }
  branch(depth: number): void {
    this.code.byte(0x0c);
    this.code.unsigned(depth);
  }
  /** Takes an i32 from the stack and branches if it is not zero. */
  branchIf(depth: number): void {
    this.code.byte(0x0d);
    this.code.unsigned(depth);
  }
  drop(): void {
    this.code.byte(0x1a);
  }
  /** [a, b, condition] → a if the condition is not zero, else b. For numbers and v128. */
  select(type: ValueType): void {
    this.code.byte(0x1c);
    this.code.byte(1);
    this.code.byte(typeCodes[type]);
  }

  /** The function's entry in the code section. */
  encode(): Uint8Array {
    const body = new Bytes();
    body.unsigned(this.localTypes.length);
    for (const type of this.localTypes) {
      body.byte(1);
      body.byte(typeCodes[type]);
    }
    body.append(this.start.view());
    body.append(this.code.view());
    body.byte(0x0b);
    const entry = new Bytes();
    entry.unsigned(body.length);
    entry.append(body.view());
    return entry.view();
  }
}

/** A function that the host gives to the module. Imported functions have the lowest function indices, in this order. */
export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ModuleParts {
  /** The memory is imported as "env" "memory"; a shared one must say its maximum. Sizes in pages of 64 KiB. */
  readonly memory: { readonly initial: number; readonly maximum: number; readonly shared: boolean };
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly FunctionBuilder[];
  /** Exported name → function index (counting imports first). */
  readonly exports: Readonly<Record<string, number>>;
}

/** The bytes of a WebAssembly module. */
export function encodeModule(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  out.append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const section = (id: number, fill: (bytes: Bytes) => void) => {
    const content = new Bytes();
    fill(content);
    out.byte(id);
    out.unsigned(content.length);
    out.append(content.view());
  };
  const signatures = [...parts.imports, ...parts.functions];
  section(1, (s) => {
    s.unsigned(signatures.length);
    for (const { params, results } of signatures) {
      s.byte(0x60);
      for (const types of [params, results]) {
        s.unsigned(types.length);
        for (const type of types) s.byte(typeCodes[type]);
      }
    }
  });
  section(2, (s) => {
    s.unsigned(parts.imports.length + 1);
    parts.imports.forEach((f, index) => {
      s.name(f.module);
      s.name(f.name);
      s.byte(0);
      s.unsigned(index);
    });
    s.name("env");
    s.name("memory");
    s.byte(2);
    s.byte(parts.memory.shared ? 3 : 1);
    s.unsigned(parts.memory.initial);
    s.unsigned(parts.memory.maximum);
  });
  section(3, (s) => {
    s.unsigned(parts.functions.length);
    parts.functions.forEach((_, index) => s.unsigned(parts.imports.length + index));
  });
  section(7, (s) => {
    const names = Object.entries(parts.exports);
    s.unsigned(names.length);
    for (const [name, index] of names) {
      s.name(name);
      s.byte(0);
      s.unsigned(index);
    }
  });
  section(10, (s) => {
    s.unsigned(parts.functions.length);
    for (const f of parts.functions) s.append(f.encode());
  });
  return out.view().slice();
}

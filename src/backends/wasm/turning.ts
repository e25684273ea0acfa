/**
 * @file Blocks of four rows by four elements, for kernels that read something turned: an access whose neighbours lie along the rows and not
 * along the vector axis, as in a transposed view. Its sixteen elements are four loads and eight shuffles instead of sixteen loads.
 * The elementwise loop calls it for whole blocks; it knows no tiles.
 */
import { itemSize } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Local } from "./assembler.js";
import { loadSplat } from "./accesses.js";
import { stepElements, type Value } from "./code.js";
import { cursorOf, type Cursors, type Emission } from "./emission.js";
import type { Elements, Evaluator } from "./evaluator.js";

/** A long list of instructions gains nothing from faster loads, and its code would be there twice. */
const mostWeight = 40;

/** Whether blocks can be written for a kernel: everything of four bytes, something read with a step, nothing stored with one. */
export function canTurn(e: Emission, epilogue: Evaluator, used: readonly number[]): boolean {
  const { accesses, stores } = e.kernel;
  const isStored = (access: number): boolean => stores.some((store) => store.access === access);
  const isFit = (access: number): boolean => {
    const { buffer, dtype, step } = accesses[access];
    return buffer >= 0 && itemSize(dtype) === 4 && (!isStored(access) || step === "unit");
  };
  return used.every(isFit) && turnedOf(e, used).length > 0 && epilogue.weight() <= mostWeight;
}

const turnedOf = (e: Emission, used: readonly number[]): number[] => used.filter((access) => e.kernel.accesses[access].step === "other");

/** A local that says whether all of the steps are over elements that are neighbours along the rows. */
export function pushTurns(e: Emission, used: readonly number[]): void {
  const { f } = e;
  f.i32(1);
  for (const access of turnedOf(e, used)) {
    f.get(e.parameters.stride(access, e.vectorAxis - 1));
    f.i32(itemSize(e.kernel.accesses[access].dtype));
    f.op("i32.eq");
    f.op("i32.and");
  }
}

/** Evaluates and stores the block that starts where the cursors stand. */
export function writeBlock(e: Emission, epilogue: Evaluator, used: readonly number[], cursors: Cursors): void {
  const { code, f, kernel } = e;
  const rowAxis = e.vectorAxis - 1;
  const turned = new Map(turnedOf(e, used).map((access) => [access, turnedRows(e, access, cursors)]));
  let places = cursors;
  for (let row = 0; row < stepElements; row++) {
    if (row > 0) places = nextRow(e, rowAxis, used.filter((access) => !turned.has(access)), places);
    const here = places;
    code.scope(() => {
      epilogue.row(here);
      epilogue.step(new BlockRow(e, turned, here), row);
      for (const { access, value } of kernel.stores) {
        f.get(cursorOf(here, access));
        f.get(epilogue.value(value).parts[0]);
        f.memory("v128.store");
      }
    });
  }
}

/** Where the accesses that are not turned stand one row on. */
function nextRow(e: Emission, rowAxis: number, accesses: readonly number[], places: Cursors): Cursors {
  return new Map(accesses.map((access) => {
    const local = e.code.take("i32");
    e.f.get(cursorOf(places, access));
    e.f.get(e.parameters.stride(access, rowAxis));
    e.f.op("i32.add");
    e.f.set(local);
    return [access, local];
  }));
}

/** The four rows of a turned access: loaded by columns, then transposed. */
function turnedRows(e: Emission, access: number, cursors: Cursors): readonly Local[] {
  const { code, f } = e;
  const stride = e.parameters.stride(access, e.vectorAxis);
  const place = code.take("i32");
  code.copy(cursorOf(cursors, access), place);
  return code.transposed([0, 1, 2, 3].map((column) => {
    if (column > 0) code.increaseBy(place, stride);
    f.get(place);
    f.memory("v128.load");
    return code.taken();
  }));
}

/** One row of a block, as the evaluator asks for it. */
class BlockRow implements Elements {
  constructor(private readonly e: Emission, private readonly turned: ReadonlyMap<number, readonly Local[]>, private readonly places: Cursors) {}

  load(access: number, row: number): Value {
    const { dtype, step } = this.e.kernel.accesses[access];
    const turned = this.turned.get(access);
    if (turned !== undefined) return { dtype, parts: [turned[row]] };
    const place = cursorOf(this.places, access);
    if (step === "zero") return loadSplat(this.e, place, dtype);
    this.e.f.get(place);
    this.e.f.memory("v128.load");
    return { dtype, parts: [this.e.code.taken()] };
  }
  index(access: number): Value {
    throw new InternalError(`access ${access} has no buffer: such kernels have no blocks`);
  }
}

/**
 * @file Gathered loads: four elements from wherever four positions say. The evaluator calls it for a `take`; it knows no loops and no
 * cursors.
 *
 * Positions are brought into the buffer as vectors, turned into addresses as vectors, and only then taken apart: WebAssembly has no
 * gathering load, so each lane is loaded by itself.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import type { Take } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { isWide, stepElements, type Value } from "./code.js";
import type { Emission } from "./emission.js";
import type { MemoryOpcode } from "./opcodes.js";
import { binary, compare } from "./operations.js";

/** Loads of one element of a packed dtype, widened to i32. */
export const scalarLoad: Partial<Record<DType, MemoryOpcode>> = {
  bool: "i32.load8_u", uint8: "i32.load8_u", int8: "i32.load8_s", int16: "i32.load16_s",
};

/**
 * The elements at four positions. Lanes past the last live element read a place that exists, as all do. Where the positions `walk`, they are
 * four neighbours, unless a buffer's end has moved some of them: then one load will do.
 */
export function takeElements(e: Emission, take: Take, position: Value, walk: boolean): Value {
  const { code, f } = e;
  const { dtype } = take;
  const within = brought(e, take, position);
  const addresses = addressesOf(e, take, within);
  if (!walk || itemSize(dtype) < 4) return { dtype, parts: eachLane(e, dtype, addresses) };
  const parts = Array.from({ length: isWide(dtype) ? 2 : 1 }, () => code.take("v128"));
  const keep = (values: readonly Local[]): void => parts.forEach((part, i) => code.copy(values[i], part));
  f.get(compare(code, "ne", position, within));
  f.simd("v128.any_true");
  f.if(
    () => code.scope(() => keep(eachLane(e, dtype, addresses))),
    () => parts.forEach((part, i) => {
      f.get(addresses);
      f.lane("i32x4.extract_lane", 0);
      f.memory("v128.load", 16 * i);
      f.set(part);
    }),
  );
  return { dtype, parts };
}

function eachLane(e: Emission, dtype: DType, addresses: Local): readonly Local[] {
  const { code, f } = e;
  const pushAddress = (element: number): void => {
    f.get(addresses);
    f.lane("i32x4.extract_lane", element);
  };
  if (itemSize(dtype) < 4) {
    const packed = code.lanes("i32x4", (lane) => {
      pushAddress(lane);
      f.memory(scalarLoad[dtype] ?? "i32.load");
    });
    return [dtype === "bool" ? code.op("i32x4.neg", packed) : packed];
  }
  const lanes = isWide(dtype) ? 2 : stepElements;
  const [loadFirst, loadLane] = isWide(dtype)
    ? (["v128.load64_zero", "v128.load64_lane"] as const) : (["v128.load32_zero", "v128.load32_lane"] as const);
  const parts: Local[] = [];
  for (let first = 0; first < stepElements; first += lanes) {
    pushAddress(first);
    f.memory(loadFirst);
    for (let lane = 1; lane < lanes; lane++) {
      const vector = code.taken();
      pushAddress(first + lane);
      f.get(vector);
      f.memory(loadLane, 0, lane);
    }
    parts.push(code.taken());
  }
  return parts;
}

/** Positions brought into the buffer. */
function brought({ code, parameters }: Emission, { dtype, buffer }: Take, position: Value): Value {
  const last = parameters.lastPosition(buffer, itemSize(dtype), position.dtype === "int64" ? "int64" : "int32");
  return binary(code, "max", binary(code, "min", position, last), code.literalOf(position.dtype, 0));
}

/** Byte addresses of positions in the buffer, as i32 lanes. */
function addressesOf({ code, parameters }: Emission, { dtype, buffer }: Take, within: Value): Local {
  const size = itemSize(dtype);
  const words = isWide(within.dtype) ? code.lowWords(within.parts) : within.parts[0];
  const bytes = size === 1 ? words : code.shift("i32x4.shl", words, Math.log2(size));
  return code.op("i32x4.add", bytes, parameters.bufferStart(buffer));
}

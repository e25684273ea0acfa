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
import { binary } from "./operations.js";

/** Loads of one element of a packed dtype, widened to i32. */
export const scalarLoad: Partial<Record<DType, MemoryOpcode>> = {
  bool: "i32.load8_u", uint8: "i32.load8_u", int8: "i32.load8_s", int16: "i32.load16_s",
};

/** The elements at four positions. Lanes past the last live element read a place that exists, as all do. */
export function takeElements(e: Emission, { dtype, buffer }: Take, position: Value): Value {
  const { code, f } = e;
  const addresses = addressesOf(e, dtype, buffer, position);
  const pushAddress = (element: number): void => {
    f.get(addresses);
    f.lane("i32x4.extract_lane", element);
  };
  if (itemSize(dtype) < 4) {
    const packed = code.lanes("i32x4", (lane) => {
      pushAddress(lane);
      f.memory(scalarLoad[dtype] ?? "i32.load");
    });
    return { dtype, parts: [dtype === "bool" ? code.op("i32x4.neg", packed) : packed] };
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
  return { dtype, parts };
}

/** Byte addresses of four positions, as i32 lanes. */
function addressesOf(e: Emission, dtype: DType, buffer: number, position: Value): Local {
  const { code, parameters } = e;
  const size = itemSize(dtype);
  const last = parameters.lastPosition(buffer, size, position.dtype === "int64" ? "int64" : "int32");
  const within = binary(code, "max", binary(code, "min", position, last), code.literalOf(position.dtype, 0));
  const words = isWide(position.dtype) ? code.lowWords(within.parts) : within.parts[0];
  const bytes = size === 1 ? words : code.shift("i32x4.shl", words, Math.log2(size));
  return code.op("i32x4.add", bytes, parameters.bufferStart(buffer));
}

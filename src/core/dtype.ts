/**
 * @file The element types: their sizes, categories, arrays and PyTorch's promotion rules. Everything above asks here;
 * this file imports nothing and knows no operation.
 *
 * Promotion: https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */

/** Every element type, in PyTorch's names without the `torch.` prefix. */
export const dtypes = ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"] as const;

/** An element type. */
export type DType = (typeof dtypes)[number];

/** The categories of promotion, from lowest to highest: a scalar lifts a tensor's dtype only across categories. */
export type Category = "bool" | "integer" | "floating";

/** The typed arrays that hold elements; a bool is one byte, 0 or 1. */
export interface TypedArrays {
  bool: Uint8Array;
  uint8: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}
export type TypedArray = TypedArrays[DType];

interface TypeFacts<D extends DType> {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly category: Category;
  readonly array: {
    new (length: number): TypedArrays[D];
    new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArrays[D];
  };
}

const facts: { readonly [D in DType]: TypeFacts<D> } = {
  bool: { bytes: 1, category: "bool", array: Uint8Array },
  uint8: { bytes: 1, category: "integer", array: Uint8Array },
  int8: { bytes: 1, category: "integer", array: Int8Array },
  int16: { bytes: 2, category: "integer", array: Int16Array },
  int32: { bytes: 4, category: "integer", array: Int32Array },
  int64: { bytes: 8, category: "integer", array: BigInt64Array },
  float32: { bytes: 4, category: "floating", array: Float32Array },
  float64: { bytes: 8, category: "floating", array: Float64Array },
};

/** Bytes of one element. */
export const itemSize = (dtype: DType): 1 | 2 | 4 | 8 => facts[dtype].bytes;
/** Which category of promotion a dtype belongs to. */
export const category = (dtype: DType): Category => facts[dtype].category;
export const isFloating = (dtype: DType): boolean => facts[dtype].category === "floating";
/** True for the integer dtypes, not for bool. */
export const isInteger = (dtype: DType): boolean => facts[dtype].category === "integer";

/** A zeroed typed array of `length` elements. */
export function newArray<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  return new facts[dtype].array(length);
}

/** A typed array over existing memory; `byteOffset` must be a multiple of the item size. */
export function viewArray<D extends DType>(dtype: D, buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArrays[D] {
  return new facts[dtype].array(buffer, byteOffset, length);
}

/** The dtype whose values a typed array holds (Uint8ClampedArray counts as uint8), or undefined for any other. */
export function dtypeOfArray(data: ArrayBufferView): DType | undefined {
  if (data instanceof Uint8ClampedArray) return "uint8";
  return dtypes.find((d) => d !== "bool" && data instanceof facts[d].array);
}

export const isDType = (name: string): name is DType => (dtypes as readonly string[]).includes(name);

const integerBits: Partial<Record<DType, number>> = { uint8: 8, int8: 8, int16: 16, int32: 32, int64: 64 };

/** PyTorch's `promote_types` for two tensors' dtypes. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [ca, cb] = [category(a), category(b)];
  if (ca !== cb) return rank[ca] > rank[cb] ? a : b;
  if (ca === "floating") return "float64"; // float32 with float64
  const wide = Math.max(integerBits[a]!, integerBits[b]!);
  // uint8 with a signed type: the signed type if it is wider, else the next wider one (uint8 + int8 = int16).
  if (wide === 8) return "int16";
  return wide === 16 ? "int16" : wide === 32 ? "int32" : "int64";
}

const rank: Record<Category, number> = { bool: 0, integer: 1, floating: 2 };

/** What a plain number or boolean is, for promotion: true/false, an integer, or a float. */
export function categoryOfScalar(value: number | bigint | boolean): Category {
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" || Number.isInteger(value) ? "integer" : "floating";
}

/** PyTorch's `result_type` of a tensor's dtype with a scalar: the scalar only lifts across categories. */
export function promoteScalar(dtype: DType, scalar: Category): DType {
  if (rank[scalar] <= rank[category(dtype)]) return dtype;
  return scalar === "floating" ? "float32" : "int64";
}

/** PyTorch's `can_cast`: whether a result of dtype `from` may be written in place into `to`. */
export const canCast = (from: DType, to: DType): boolean => rank[category(from)] <= rank[category(to)];

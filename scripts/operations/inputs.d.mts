/** @file The types of inputs.mjs, for tests in TypeScript. */
import type { DType, Tensor } from "tesserae";


export const shapes: Readonly<Record<string, readonly number[]>>;
export function inputsOf(
  dtype: DType,
  finish?: (x: Tensor, name: string) => Tensor,
  values?: (name: string, count: number, ordinary: readonly (number | boolean)[]) => readonly (number | bigint | boolean)[],
): Record<string, Tensor>;
export function sampleFunction(expression: string): (inputs: Readonly<Record<string, Tensor>>) => unknown;
export function inputsIn(expression: string): readonly string[];
export function tensorsIn(result: unknown): readonly Tensor[];

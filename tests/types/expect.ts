/**
 * @file How the type tests assert: two types are equal if no type tells them apart. A wrong expectation is an error of
 * `tsc -p tsconfig.json`; nothing here runs.
 */

// oxlint-disable typescript/no-unnecessary-type-parameters -- each T stands for whatever type might tell A and B apart
/** True if the types are the same, not merely assignable to each other. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
// oxlint-enable typescript/no-unnecessary-type-parameters

/** Takes only `true`. */
export type Expect<T extends true> = T;

/** True if A is assignable to B. */
export type Assignable<A, B> = [A] extends [B] ? true : false;

/** @file The types of samples.mjs, for tests in TypeScript. */

/** The sample of an operation; undefined where there is none and no guess fits. */
export function sampleOf(name: string): string | undefined;

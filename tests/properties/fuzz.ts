/**
 * @file How often the property tests run and from which seed: `FUZZ_RUNS` asks for more than the usual number, `FUZZ_SEED` repeats a run.
 * `npm run fuzz` sets both. Every test says its seed in its name.
 */
export const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
/** How many runs: what the test usually takes unless more are asked for. */
export const runsOr = (usual: number): number => Number(process.env["FUZZ_RUNS"] ?? usual);

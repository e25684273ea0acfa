/**
 * @file The machine's own limits: what loops written by hand reach on the engine that is measured. index.mjs says what an entry holds.
 */
const [KiB, MiB] = [1024, 1 << 20];
const only = (name, title, work, extra = {}) => ({ name: `machine ${name}`, title, inputs: {}, work, ...extra });
const madds = (shape, instruction) =>
  only(`${shape} ${instruction}`, `${shape}, ${instruction}`, { madds: 2e8, shape, only: instruction });

export const machine = [
  only("copy in L2", "copying 256 KiB", { read: 256 * KiB, write: 256 * KiB, turns: 40 }),
  only("copy in L3", "copying 4 MiB", { read: 4 * MiB, write: 4 * MiB, turns: 2 }),
  only("copy", "copying 128 MiB", { read: 128 * MiB, write: 128 * MiB }),
  only("read in L2", "reading 512 KiB", { read: 512 * KiB, write: 0, turns: 40 }),
  only("read", "reading 128 MiB", { read: 128 * MiB, write: 0 }),
  only("write", "writing 128 MiB", { read: 0, write: 128 * MiB }),
  only("first touch", "writing 64 MiB never touched before", { touch: 64 * MiB }, { threads: [1] }),
  madds("f32x4", "mul+add"),
  madds("f32x4", "relaxed_madd"),
  madds("f64x2", "mul+add"),
  madds("f64x2", "relaxed_madd"),
];

/**
 * @file A loop on several threads at once: workers that sleep in Atomics.wait, told by shared memory which loop to run over which addresses.
 * As lean as it can be made, so that a limit for two threads is the machine's and not the pool's.
 */
import { Worker, isMainThread, workerData } from "node:worker_threads";

/** Words of a job: how many jobs there have been, whether the other is done, which loop, and its four parameters. */
const [JOB, DONE, LOOP, FIRST] = [0, 1, 2, 3];
const words = 8;

const instances = (modules, memory) => modules.map((module) => new WebAssembly.Instance(module, { env: { memory } }).exports.run);

/** Runs jobs as they come: the life of a worker. */
function work({ modules, memory, control, index }) {
  const loops = instances(modules, memory);
  const job = new Int32Array(control, index * words * 4, words);
  for (let seen = 0; ; ) {
    Atomics.wait(job, JOB, seen);
    seen = Atomics.load(job, JOB);
    loops[job[LOOP]](...job.subarray(FIRST, FIRST + 4));
    Atomics.store(job, DONE, seen);
    Atomics.notify(job, DONE);
  }
}
if (!isMainThread && workerData?.limits) work(workerData.limits);

export class Pool {
  #loops;
  #jobs;
  #names;

  /** `modules`: loop name → compiled module; `others`: how many threads there are beside the calling one. */
  constructor(modules, memory, others) {
    this.#names = Object.keys(modules);
    this.#loops = instances(Object.values(modules), memory);
    const control = new SharedArrayBuffer(Math.max(1, others) * words * 4);
    this.#jobs = Array.from({ length: others }, (_, index) => new Int32Array(control, index * words * 4, words));
    for (let index = 0; index < others; index++) {
      const limits = { modules: Object.values(modules), memory, control, index };
      new Worker(new URL(import.meta.url), { workerData: { limits } }).unref();
    }
  }

  /** Runs a loop by its name, with one list of four parameters a thread; the caller takes the first. */
  run(name, parameters) {
    const loop = this.#names.indexOf(name);
    for (let i = 1; i < parameters.length; i++) {
      const job = this.#jobs[i - 1];
      job[LOOP] = loop;
      for (let k = 0; k < 4; k++) job[FIRST + k] = parameters[i][k];
      Atomics.add(job, JOB, 1);
      Atomics.notify(job, JOB);
    }
    this.#loops[loop](...parameters[0]);
    for (let i = 1; i < parameters.length; i++) {
      const job = this.#jobs[i - 1];
      const number = Atomics.load(job, JOB);
      for (let done = Atomics.load(job, DONE); done !== number; done = Atomics.load(job, DONE)) Atomics.wait(job, DONE, done);
    }
  }
}

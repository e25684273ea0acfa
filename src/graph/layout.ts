/**
 * @file Where the intermediate results of a plan lie in one piece of memory: those that are never needed at the same time share bytes.
 * The planner asks once for each plan. Knows numbers only.
 */

/** What has to lie somewhere from step `from` to step `to`, both included. */
export interface Tenant {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** Every tenant starts at a multiple of this: a cache line, as in the heap. */
const alignment = 64;

const overlap = (a: Tenant, b: Tenant): boolean => a.from <= b.to && b.from <= a.to;

/**
 * The start of each tenant and the size of the whole. The largest first, each at the lowest place where nothing lies that lives at the same
 * time: at most a few parts in a hundred above the best there is, on graphs of networks.
 * Source: Y. Pisarchyk, J. Lee: Efficient memory management for deep neural net inference (2020), "greedy by size".
 */
export function layOut(tenants: readonly Tenant[]): { readonly starts: number[]; readonly bytes: number } {
  const starts = new Array<number>(tenants.length).fill(0);
  const order = tenants.map((_, i) => i).sort((i, j) => tenants[j].bytes - tenants[i].bytes || i - j);
  const placed: number[] = []; // by their starts
  let whole = 0;
  for (const i of order) {
    const size = Math.ceil(tenants[i].bytes / alignment) * alignment;
    let start = 0;
    for (const j of placed) {
      if (!overlap(tenants[i], tenants[j])) continue;
      if (starts[j] >= start + size) break;
      start = Math.max(start, starts[j] + Math.ceil(tenants[j].bytes / alignment) * alignment);
    }
    starts[i] = start;
    whole = Math.max(whole, start + size);
    const at = placed.findIndex((j) => starts[j] > start);
    placed.splice(at < 0 ? placed.length : at, 0, i);
  }
  return { starts, bytes: whole };
}

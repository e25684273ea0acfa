/**
 * @file L: fastcore's list, as far as the experiment needs it. An array that says its length when it is printed, and whose
 * `sorted()` orders names as Python does. Path listings are made of it; it knows nothing of paths but a sort key.
 */

/** What knows a better sort key than itself; DataPath does. */
export interface SortKeyed {
  readonly sortKey: string;
}

const isKeyed = (item: unknown): item is SortKeyed => typeof item === "object" && item !== null && "sortKey" in item;

/** How many items a printed list shows: fastcore's number. */
const SHOWN = 10;

/**
 * An array with fastcore's manners: prints as `(#6131) [Path('train/3/10.png'),Path('train/3/10000.png'),…]`, the first
 * ten items, and `map`, `filter` and `slice` give an L again.
 *
 * @example L.from([3, 1, 2]).sorted() // (#3) [1,2,3]
 *
 * Modelled on https://fastcore.fast.ai/foundation.html#l
 */
export class L<T> extends Array<T> {
  /** Lists made by Array's own methods are plain arrays; the ones that matter are overridden below to give an L. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** An L of the items, mapped where a function is given. @example L.from(["b", "a"]) // (#2) ['b','a'] */
  static override from<T>(items: Iterable<T> | ArrayLike<T>): L<T>;
  static override from<T, U>(items: Iterable<T> | ArrayLike<T>, map: (item: T, index: number) => U, self?: unknown): L<U>;
  static override from<T, U>(items: Iterable<T> | ArrayLike<T>, map?: (item: T, index: number) => U, self?: unknown): L<T | U> {
    const out = new L<T | U>();
    const all: Iterable<T | U> = map === undefined ? Array.from(items) : Array.from(items, map, self);
    for (const item of all) out.push(item);
    return out;
  }

  override map<U>(fn: (item: T, index: number, all: T[]) => U, self?: unknown): L<U> {
    return L.from(super.map(fn, self));
  }

  override filter<S extends T>(test: (item: T, index: number, all: T[]) => item is S, self?: unknown): L<S>;
  override filter(test: (item: T, index: number, all: T[]) => unknown, self?: unknown): L<T>;
  override filter(test: (item: T, index: number, all: T[]) => unknown, self?: unknown): L<T> {
    return L.from(super.filter(test, self));
  }

  override slice(start?: number, end?: number): L<T> {
    return L.from(super.slice(start, end));
  }

  /**
   * A sorted copy: numbers by size, strings and paths as Python orders them (by character, so "10000.png" comes before
   * "2.png"), or by what `key` gives for each item.
   */
  sorted(key: (item: T) => unknown = (item) => item, options: { readonly reverse?: boolean } = {}): L<T> {
    const sign = options.reverse === true ? -1 : 1;
    const keyed = Array.from(this, (item) => ({ item, key: sortable(key(item)) }));
    keyed.sort((a, b) => sign * compare(a.key, b.key));
    return L.from(keyed, ({ item }) => item);
  }

  override toString(): string {
    const shown = Array.from(this.slice(0, SHOWN), repr).join(",");
    return `(#${this.length}) [${shown}${this.length > SHOWN ? "..." : ""}]`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  [Symbol.for("Jupyter.display")](): { readonly "text/plain": string } {
    return { "text/plain": this.toString() };
  }
}

const sortable = (key: unknown): string | number => {
  if (isKeyed(key)) return key.sortKey;
  return typeof key === "number" ? key : String(key);
};

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An item as Python would print it inside a list. */
function repr(item: unknown): string {
  if (typeof item !== "string") return String(item);
  const quote = item.includes("'") && !item.includes('"') ? '"' : "'";
  return quote + item.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(quote, `\\${quote}`) + quote;
}

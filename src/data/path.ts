/**
 * @file DataPath: pathlib's Path, as far as the experiment needs it, printing relative to its data set as fast.ai does.
 * untarData and imageFolder hand them out; everything that takes a path takes a DataPath too.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { FileError } from "../core/errors.js";
import { L } from "./list.js";

/**
 * A path inside a data set.
 *
 * @example
 * const path = await untarData(URLs.MNIST_SAMPLE);
 * const threes = (await path.join("train/3").ls()).sorted();
 * threes;          // (#6131) [Path('train/3/10.png'),Path('train/3/10000.png'),…]
 * threes[1].stem;  // "10000"
 *
 * Modelled on https://docs.python.org/3/library/pathlib.html and fast.ai's Path.ls.
 */
export class DataPath {
  /** The absolute path. */
  readonly path: string;
  /** What printing is relative to: the data set's folder. */
  readonly base: string;

  /** @param absolute both are absolute and tidy already: thousands of children need not be resolved one by one. */
  constructor(path: string, base: string = path, absolute: boolean = false) {
    this.path = absolute ? path : resolve(path);
    this.base = absolute ? base : resolve(base);
  }

  /** The path with more parts. @example path.join("train", "3") */
  join(...parts: string[]): DataPath {
    return new DataPath(join(this.path, ...parts), this.base);
  }

  /**
   * What lies in this folder, hidden files too, in the order of the file system: use `.sorted()` for a known one.
   *
   * @throws FileError where it is missing or no folder.
   */
  async ls(): Promise<L<DataPath>> {
    try {
      return L.from(readdirSync(this.path), (name) => this.child(name));
    } catch (cause) {
      throw new FileError(`ls: ${this.path} is ${existsSync(this.path) ? "no folder that can be read" : "missing"}`, { cause });
    }
  }

  /** A direct child by its name; cheaper than `join`, which also works out `..` and slashes. */
  child(name: string): DataPath {
    return new DataPath(this.path.endsWith(sep) ? this.path + name : this.path + sep + name, this.base, true);
  }

  /** The last part: "10000.png". */
  get name(): string {
    return basename(this.path);
  }

  /** The last part without its suffix: "10000". */
  get stem(): string {
    return basename(this.path, this.suffix);
  }

  /** The ending with its dot, ".png", or "". */
  get suffix(): string {
    return extname(this.path);
  }

  /** The folder around it. */
  get parent(): DataPath {
    return new DataPath(dirname(this.path), this.base);
  }

  /** Whether there is a file or folder. */
  exists(): boolean {
    return existsSync(this.path);
  }

  /** For sorting as Python sorts paths: part by part. */
  get sortKey(): string {
    // NUL cannot occur in a name and comes before every character, so a parent sorts before its children's siblings.
    return this.path.replaceAll(sep, "\0");
  }

  /** `Path('train/3/10.png')`, relative to the data set; an absolute path outside of it. */
  toString(): string {
    const inside = relative(this.base, this.path);
    const shown = inside === "" ? "." : inside === ".." || inside.startsWith(`..${sep}`) ? this.path : inside;
    return `Path('${shown.replaceAll(sep, "/")}')`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  [Symbol.for("Jupyter.display")](): { readonly "text/plain": string } {
    return { "text/plain": this.toString() };
  }
}

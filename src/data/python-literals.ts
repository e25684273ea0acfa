/**
 * @file The few Python literals that a header of NumPy's may hold, read letter by letter: a dictionary of strings, whole numbers,
 * True, False, None, tuples and lists. Nothing is evaluated. npy-format.ts calls it; it knows no format.
 */

/** A value; tuples and lists are arrays. */
export type Literal = string | number | boolean | null | readonly Literal[];

/** Deeper nesting is no header. */
const MAX_DEPTH = 8;
const words: ReadonlyMap<string, boolean | null> = new Map([["True", true], ["False", false], ["None", null]]);
const escapes: Readonly<Record<string, string>> = { "\\": "\\", "'": "'", '"': '"', n: "\n", t: "\t", r: "\r" };

/** Reads one text. Every method throws SyntaxError, saying where, for anything else than it names. */
export class PythonLiterals {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The whole text as one dictionary with strings for keys, each at most once. */
  dictionary(): Map<string, Literal> {
    const out = new Map<string, Literal>();
    this.#expect("{");
    while (!this.#take("}")) {
      const key = this.#value(0);
      if (typeof key !== "string") throw this.#wrong("a string for a key");
      if (out.has(key)) throw new SyntaxError(`${JSON.stringify(key)} is given twice`);
      this.#expect(":");
      out.set(key, this.#value(0));
      if (!this.#take(",")) {
        this.#expect("}");
        break;
      }
    }
    this.#space();
    if (this.#at < this.#text.length) throw this.#wrong("nothing more");
    return out;
  }

  #value(depth: number): Literal {
    if (depth > MAX_DEPTH) throw this.#wrong("less nesting");
    if (this.#take("(")) return this.#items(")", depth);
    if (this.#take("[")) return this.#items("]", depth);
    this.#space();
    const c = this.#text[this.#at];
    if (c === "'" || c === '"') return this.#string(c);
    // Python 2 wrote long numbers with an L behind them.
    const token = /^(?:[A-Z][a-z]+|-?\d+)/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
    if (token === undefined) throw this.#wrong("a value");
    this.#at += token.length;
    const word = words.get(token);
    if (word !== undefined) return word;
    const number = Number(token);
    if (!Number.isSafeInteger(number)) throw this.#wrong("a whole number that can be counted to, True, False or None");
    if (this.#text[this.#at] === "L") this.#at++;
    return number;
  }

  #items(end: string, depth: number): Literal[] {
    const out: Literal[] = [];
    while (!this.#take(end)) {
      out.push(this.#value(depth + 1));
      if (!this.#take(",")) {
        this.#expect(end);
        // (3) is a number in brackets, not a tuple; nobody's shape is written so.
        break;
      }
    }
    return out;
  }

  #string(quote: string): string {
    let out = "";
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      const c = this.#text[this.#at];
      if (c === undefined || c === "\n") throw this.#wrong("the end of a string");
      if (c !== "\\") out += c;
      else {
        const escaped = escapes[this.#text[++this.#at] ?? ""];
        if (escaped === undefined) throw this.#wrong("a simple escape");
        out += escaped;
      }
    }
    this.#at++;
    return out;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #take(c: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  #expect(c: string): void {
    if (!this.#take(c)) throw this.#wrong(JSON.stringify(c));
  }

  #wrong(wanted: string): SyntaxError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return new SyntaxError(`at character ${this.#at} there should be ${wanted}, not ${found === "" ? "its end" : JSON.stringify(found)}`);
  }
}

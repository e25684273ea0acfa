/**
 * @file Type tests of the arithmetic on literal types: exact sums, differences, products and quotients, and what is unknown.
 */
import type { Add, CeilDiv, Div, Min, Mul, Sub, SubOrZero } from "../../src/core/static-number.js";
import type { Equal, Expect } from "./expect.js";

export type Sums = [
  Expect<Equal<Add<0, 0>, 0>>,
  Expect<Equal<Add<1, 9>, 10>>,
  Expect<Equal<Add<6131, 6265>, 12396>>,
  Expect<Equal<Add<999_999, 1>, 1_000_000>>,
  Expect<Equal<Add<7, 99_993>, 100_000>>,
  Expect<Equal<Add<number, 1>, number>>,
];

export type Differences = [
  Expect<Equal<Sub<10, 1>, 9>>,
  Expect<Equal<Sub<1000, 1>, 999>>,
  Expect<Equal<Sub<28, 28>, 0>>,
  Expect<Equal<Sub<3, 4>, never>>,
  Expect<Equal<Sub<99, 100>, never>>,
  Expect<Equal<Sub<12_396, 6_265>, 6_131>>,
  Expect<Equal<Sub<1, number>, number>>,
  Expect<Equal<SubOrZero<3, 10>, 0>>,
  Expect<Equal<SubOrZero<10, 3>, 7>>,
  Expect<Equal<Min<3, 10>, 3>>,
  Expect<Equal<Min<100, 28>, 28>>,
];

export type Products = [
  Expect<Equal<Mul<28, 28>, 784>>,
  Expect<Equal<Mul<0, 28>, 0>>,
  Expect<Equal<Mul<28, 0>, 0>>,
  Expect<Equal<Mul<1, 7>, 7>>,
  Expect<Equal<Mul<100, 100>, 10_000>>,
  Expect<Equal<Mul<150_528, 6_131>, 922_887_168>>,
  Expect<Equal<Mul<number, 2>, number>>,
];

export type Quotients = [
  Expect<Equal<Div<784, 28>, 28>>,
  Expect<Equal<Div<0, 28>, 0>>,
  Expect<Equal<Div<1_000_000, 10>, 100_000>>,
  Expect<Equal<Div<24, 24>, 1>>,
  Expect<Equal<Div<25, 24>, never>>,
  Expect<Equal<Div<5, 0>, never>>,
  Expect<Equal<Div<922_887_168, 6_131>, 150_528>>,
  Expect<Equal<Div<number, 2>, number>>,
  Expect<Equal<CeilDiv<7, 2>, 4>>,
  Expect<Equal<CeilDiv<8, 2>, 4>>,
  Expect<Equal<CeilDiv<0, 3>, 0>>,
];

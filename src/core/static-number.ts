/**
 * @file Whole numbers in types: sums, differences, products and quotients of literal types of any size, digit by digit. Static
 * shapes (static-shape.ts) count with it; it is gone at run time.
 *
 * Digits are a tuple, least significant first, without leading zeros: 784 is [4, 8, 7] and 0 is []. Every type here is
 * cheap: its cost grows with the number of digits, not with the number.
 */

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Digits = readonly Digit[];

/** PLUS[a][b] = a + b. */
type Plus = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  [5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  [8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  [9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
];
/** n + 1, for 0..18. */
type Next = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
/** The last digit of 0..19, and what it carries. */
type Low = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
type Carry = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
/** 9 - n. */
type Complement = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
type Previous = [never, 0, 1, 2, 3, 4, 5, 6, 7, 8];

type Index<N> = N & number;
type At<Table extends readonly unknown[], N> = Table[Index<N>];

/** a + b + carry for two digits, 0..19. */
type Sum3<A extends Digit, B extends Digit, C> = C extends 1 ? At<Next, Plus[A][B]> : Plus[A][B];

type ParseDigits<S extends string, Out extends Digits = []> = S extends `${infer H extends Digit}${infer T}` ? ParseDigits<T, [H, ...Out]> : Out;
type Trim<D extends Digits> = D extends readonly [...infer R extends Digits, 0] ? Trim<R> : D;
type ToDigits<N extends number> = Trim<ParseDigits<`${N}`>>;
type Show<D extends Digits, Out extends string = ""> = D extends readonly [infer H extends Digit, ...infer T extends Digits] ? Show<T, `${H}${Out}`> : Out;
type FromDigits<D extends Digits> = D extends readonly [] ? 0 : Show<D> extends `${infer N extends number}` ? N : number;

type AddDigits<A extends Digits, B extends Digits, C = 0, Out extends Digits = []> = A extends readonly [infer AH extends Digit, ...infer AT extends Digits]
  ? B extends readonly [infer BH extends Digit, ...infer BT extends Digits]
    ? AddDigits<AT, BT, At<Carry, Sum3<AH, BH, C>>, [...Out, At<Low, Sum3<AH, BH, C>>]>
    : AddDigits<AT, [], At<Carry, Sum3<AH, 0, C>>, [...Out, At<Low, Sum3<AH, 0, C>>]>
  : B extends readonly [infer BH extends Digit, ...infer BT extends Digits]
    ? AddDigits<[], BT, At<Carry, Sum3<0, BH, C>>, [...Out, At<Low, Sum3<0, BH, C>>]>
    : C extends 1
      ? [...Out, 1]
      : Out;

/** a - b by adding the nines' complement; never where a < b. */
type SubDigits<A extends Digits, B extends Digits, C = 1, Out extends Digits = []> = A extends readonly [infer AH extends Digit, ...infer AT extends Digits]
  ? B extends readonly [infer BH extends Digit, ...infer BT extends Digits]
    ? SubDigits<AT, BT, At<Carry, Sum3<AH, Complement[BH], C>>, [...Out, At<Low, Sum3<AH, Complement[BH], C>>]>
    : SubDigits<AT, [], At<Carry, Sum3<AH, 9, C>>, [...Out, At<Low, Sum3<AH, 9, C>>]>
  : B extends readonly []
    ? C extends 1
      ? Trim<Out>
      : never
    : never;

type TimesDigit<A extends Digits, N extends Digit, Out extends Digits = []> = N extends 0 ? Out : TimesDigit<A, Previous[N], AddDigits<A, Out>>;
type MulDigits<A extends Digits, B extends Digits, Out extends Digits = []> = B extends readonly [...infer Rest extends Digits, infer Top extends Digit]
  ? MulDigits<A, Rest, AddDigits<TimesDigit<A, Top>, Out extends readonly [] ? [] : [0, ...Out]>>
  : Out;

/** How often B goes into A, for A < 10 B, and what is left. */
type Goes<A extends Digits, B extends Digits, Times extends readonly 0[] = []> = [SubDigits<A, B>] extends [never]
  ? [Times["length"], A]
  : Goes<SubDigits<A, B>, B, [...Times, 0]>;
/** Long division from the top digit down: [quotient, remainder]. */
type DivDigits<A extends Digits, B extends Digits, Rest extends Digits = [], Q extends Digits = []> = A extends readonly [
  ...infer Lower extends Digits,
  infer Top extends Digit,
]
  ? Goes<Trim<[Top, ...Rest]>, B> extends [infer N extends Digit, infer Left extends Digits]
    ? DivDigits<Lower, B, Left, [N, ...Q]>
    : never
  : [Trim<Q>, Rest];

/** True for `number` (a size that is not known), false for a literal. */
export type IsUnknown<N extends number> = number extends N ? true : false;
/** Whether some number is not known. */
type Either<A extends number, B extends number> = number extends A ? true : number extends B ? true : false;

/** A + B; `number` if one is not known. Both at least 0. */
export type Add<A extends number, B extends number> = Either<A, B> extends true ? number : FromDigits<AddDigits<ToDigits<A>, ToDigits<B>>>;
/** A - B; never if that is negative; `number` if one is not known. */
export type Sub<A extends number, B extends number> =
  Either<A, B> extends true ? number : [SubDigits<ToDigits<A>, ToDigits<B>>] extends [never] ? never : FromDigits<SubDigits<ToDigits<A>, ToDigits<B>>>;
/** A x B; `number` if one is not known. */
export type Mul<A extends number, B extends number> = Either<A, B> extends true ? number : FromDigits<MulDigits<ToDigits<A>, ToDigits<B>>>;
/** A / B; never if that leaves a remainder or B is 0; `number` if one is not known. */
export type Div<A extends number, B extends number> =
  Either<A, B> extends true
    ? number
    : B extends 0
      ? never
      : DivDigits<ToDigits<A>, ToDigits<B>> extends [infer Q extends Digits, readonly []]
        ? FromDigits<Q>
        : never;
/** A / B rounded down; `number` if one is not known. B is at least 1. */
export type FloorDiv<A extends number, B extends number> =
  Either<A, B> extends true ? number : DivDigits<ToDigits<A>, ToDigits<B>> extends [infer Q extends Digits, Digits] ? FromDigits<Q> : number;
/** A / B rounded up; `number` if one is not known. B is at least 1. */
export type CeilDiv<A extends number, B extends number> =
  Either<A, B> extends true
    ? number
    : DivDigits<ToDigits<A>, ToDigits<B>> extends [infer Q extends Digits, infer R extends Digits]
      ? R extends readonly []
        ? FromDigits<Q>
        : FromDigits<AddDigits<Q, [1]>>
      : number;
/** The smaller of two known numbers. */
export type Min<A extends number, B extends number> = [Sub<A, B>] extends [never] ? A : B;
/** A - B, but 0 where that is negative. */
export type SubOrZero<A extends number, B extends number> = [Sub<A, B>] extends [never] ? 0 : Sub<A, B>;

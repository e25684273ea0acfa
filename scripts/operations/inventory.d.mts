/** @file The types of inventory.mjs, for tests in TypeScript. */

export interface Row {
  readonly name: string;
  /** The entry of its table, if it has one. */
  readonly op?: { readonly kind: string };
  readonly method?: boolean;
  readonly free?: boolean;
  readonly inPlace?: boolean;
}
export interface Group {
  readonly title: string;
  readonly kind: "operations" | "members" | "rest";
  readonly rows: readonly Row[];
}
export function inventory(): readonly Group[];

/** @file The types of notebook-check.mjs, for tests in TypeScript. */

/** A notebook, as far as it is looked at here: https://nbformat.readthedocs.io/en/latest/format_description.html */
export interface Notebook {
  metadata: Record<string, unknown>;
  cells: Cell[];
}

export interface Cell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  metadata: Record<string, unknown>;
  source: string | string[];
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Output {
  output_type: "execute_result" | "display_data" | "stream" | "error";
  data?: Record<string, string | string[]>;
  text?: string | string[];
  ename?: string;
  evalue?: string;
}

export declare const figures: Readonly<Record<string, string>>;
export declare const pictures: readonly string[];
export declare function sourceOf(cell: Cell): string;
export declare function textOf(cell: Cell): string;
export declare function complaints(notebook: Notebook, options?: { withFigures?: boolean }): string[];
export declare function differences(committed: Notebook, fresh: Notebook): string[];

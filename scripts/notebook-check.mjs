/**
 * @file What is asked of the executed notebook: that every cell ran, that it has its pictures, that its figures are those of the
 * experiment. scripts/notebook.mjs asks it of a fresh execution, tests/notebook.test.ts of the committed one; it runs nothing.
 */

/** The experiment's figures on MNIST_SAMPLE, by the id of the cell that shows them: its text, to the character. */
export const figures = {
  files: "[ 6131, 6265 ]",
  "digit-tensor": `tensor([[  0,   0,   0,   0,   0,   0],
        [  0,   0,   0,   0,   0,  29],
        [  0,   0,   0,  48, 166, 224],
        [  0,  93, 244, 249, 253, 187],
        [  0, 107, 253, 253, 230,  48],
        [  0,   3,  20,  20,  15,   0]], dtype=uint8)`,
  "valid-shapes": "[ [ 1010, 28, 28 ], [ 1028, 28, 28 ] ]",
  "valid-three": "[ Path('valid/3/1067.png'), tensor(0.1188), tensor(0.2160) ]",
  "valid-seven": "[ Path('valid/7/1021.png'), tensor(0.1702), tensor(0.3053) ]",
  "by-functions": "[ tensor(0.1188), tensor(0.2160), tensor(0.1702), tensor(0.3053) ]",
  accuracies: "[ tensor(0.9168), tensor(0.9854), tensor(0.9511) ]",
};

/** The cells that end in a picture. */
export const pictures = ["one-digit", "one-three", "histogram", "ideal-three", "ideal-seven", "a-three", "distances", "confusion", "mistakes"];

const joined = (text) => (Array.isArray(text) ? text.join("") : text);
const isPicture = (output) => output.data !== undefined && Object.keys(output.data).some((type) => type.startsWith("image/"));

/** The source of a cell. */
export const sourceOf = (cell) => joined(cell.source);

/** The plain text that a cell shows, its outputs one after the other. */
export const textOf = (cell) =>
  cell.outputs
    .map((output) => joined(output.text ?? output.data?.["text/plain"] ?? ""))
    .filter((text) => text !== "")
    .join("\n");

/** Everything in a cell's outputs that is to stay the same: texts and tables; of a picture only that there is one. */
const looksOf = (cell) =>
  cell.outputs.map((output) => [output.output_type, isPicture(output) ? "picture" : joined(output.data?.["text/html"] ?? ""), joined(output.text ?? output.data?.["text/plain"] ?? "")]);

/** Everything that is wrong with an executed notebook, as sentences; `withFigures` where it ran on MNIST_SAMPLE. */
export function complaints(notebook, { withFigures = true } = {}) {
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  const byId = new Map(code.map((cell) => [cell.id, cell]));
  const found = [];
  for (const [i, cell] of code.entries()) {
    if (cell.execution_count !== i + 1) found.push(`cell "${cell.id}" is number ${i + 1} but was executed as ${cell.execution_count ?? "none"}`);
    for (const output of cell.outputs) if (output.output_type === "error") found.push(`cell "${cell.id}" failed: ${output.ename}: ${output.evalue}`);
  }
  for (const id of pictures) if (!byId.get(id)?.outputs.some(isPicture)) found.push(`cell "${id}" shows no picture`);
  if (!byId.get("pixel-table")?.outputs.some((output) => joined(output.data?.["text/html"] ?? "").includes("<table"))) found.push('cell "pixel-table" shows no table');
  for (const [id, text] of withFigures ? Object.entries(figures) : []) {
    const shown = byId.has(id) ? textOf(byId.get(id)) : undefined;
    if (shown !== text) found.push(shown === undefined ? `there is no cell "${id}"` : `cell "${id}" shows ${shown} where the experiment gives ${text}`);
  }
  return found;
}

/** How a fresh execution differs from the committed one, as sentences. */
export function differences(committed, fresh) {
  return committed.cells.flatMap((cell, i) => {
    if (cell.cell_type !== "code") return [];
    const [was, is] = [looksOf(cell), looksOf(fresh.cells[i])];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [`cell "${cell.id}" now shows\n${textOf(fresh.cells[i])}\nwhere the committed notebook has\n${textOf(cell)}`];
  });
}

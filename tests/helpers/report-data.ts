/** @file Data sets that the report's tests look at: digits-like pictures of many classes, and one whose names would do harm. Tests only. */
import { write, png } from "../cli-run.js";

/** A blurred bar whose place says the class and whose noise says the picture: classes overlap, so that some are mistaken. */
function stroke(label: number, classes: number, i: number) {
  let state = (label * 7919 + i * 104_729 + 1) >>> 0;
  const random = (): number => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32);
  const [shift, tilt, weight] = [random() * 6 - 3, random() * 0.6 - 0.3, 2 + random() * 2];
  return (x: number, y: number): number => {
    const middle = 4 + (label * 20) / classes + shift + (y - 14) * tilt;
    return y < 3 || y > 24 ? 0 : Math.round(255 * Math.max(0, 1 - Math.abs(x - middle) / weight));
  };
}

/** `train` and `valid` pictures of 28 × 28 for each class. */
export function strokes(folder: string, { classes, train, valid }: { readonly classes: readonly string[]; readonly train: number; readonly valid: number }): void {
  classes.forEach((name, label) => {
    const files: Record<string, Uint8Array> = {};
    for (const [part, count] of [["train", train], ["valid", valid]] as const) {
      for (let i = 0; i < count; i++) files[`${part}/${name}/${i}.png`] = png(28, 28, stroke(label, classes.length, part === "train" ? i : i + 100_000));
    }
    write(folder, files);
  });
}

/** Names that would do harm where they are not escaped: in HTML, in attributes, in a terminal. */
export const hostile = {
  classes: ["<script>alert(1)", 'a" onmouseover="alert(2)', "esc\u001b[31m\u202ered", "&amp;", "${x}"],
  file: '"><img src=x onerror=alert(3)>.png',
} as const;

/** A data set of such names. */
export function hostileStrokes(folder: string): void {
  strokes(folder, { classes: hostile.classes, train: 6, valid: 6 });
  const [first] = hostile.classes;
  write(folder, { [`train/${first}/${hostile.file}`]: png(28, 28, stroke(0, 5, 1)), [`valid/${first}/${hostile.file}`]: png(28, 28, stroke(4, 5, 9)) });
}

/**
 * @file "Did you mean": the nearest of some names, by how many letters must be changed, swapped, put in or left out. Commands
 * use it for data sets and classes, colour maps for their names; commander does the same for options and commands.
 */

/** Optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let [before, last, row]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j), []];
  for (let i = 1; i <= a.length; i++) {
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, change);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** What a slip of the keyboard is measured on: capitals and the signs between words do not count. */
const plain = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, "");

/** The candidates nearest to `word`, if any is near enough to be a slip: at most two in five letters wrong. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  if (word.length > 100) return [];
  const distances = candidates.map((candidate) => editDistance(plain(word), plain(candidate)));
  const best = Math.min(...distances);
  return best <= Math.floor(word.length * 0.4) ? candidates.filter((_, i) => distances[i] === best) : [];
}

/** `; did you mean "digits"?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates).map((name) => `"${name}"`);
  return found.length === 0 ? "" : `; did you mean ${found.join(" or ")}?`;
}

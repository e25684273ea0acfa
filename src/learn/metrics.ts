/**
 * @file How well predictions hold: the confusion matrix and what is read off it. Plain arithmetic on plain numbers, which the
 * baseline, the training loop and the command line share; it knows no model and no tensor.
 */
import { ShapeError, ValueError } from "../core/errors.js";

/** Row: what a picture is; column: what was said. Counts. */
export type Confusion = readonly (readonly number[])[];

/** A matrix of zeros for `classes` classes. */
export function emptyConfusion(classes: number): number[][] {
  if (!Number.isSafeInteger(classes) || classes < 1) throw new ValueError(`confusion: ${classes} classes; at least 1 is needed`);
  return Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
}

/**
 * Counts how often class i (row) was said to be class j (column).
 *
 * @param actual class numbers, 0 to classes - 1.
 * @param predicted as many.
 * @throws ShapeError for lists of different length, ValueError for a number that is no class.
 * @example confusionMatrix([0, 0, 1], [0, 1, 1], 2) // [[1, 1], [0, 1]]
 *
 * As https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html
 */
export function confusionMatrix(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const out = emptyConfusion(classes);
  countInto(out, actual, predicted);
  return out;
}

/** The same, added to a matrix that counts batch after batch. */
export function countInto(confusion: number[][], actual: ArrayLike<number>, predicted: ArrayLike<number>): void {
  if (actual.length !== predicted.length) throw new ShapeError(`confusion: ${actual.length} classes and ${predicted.length} predictions; there must be one for each`);
  for (let i = 0; i < actual.length; i++) {
    for (const label of [actual[i], predicted[i]]) {
      if (!Number.isInteger(label) || label < 0 || label >= confusion.length) {
        throw new ValueError(`confusion: ${label} is no class; whole numbers from 0 to ${confusion.length - 1} are`);
      }
    }
    confusion[actual[i]][predicted[i]]++;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How many were right. */
export const rightOf = (confusion: Confusion): number => sum(confusion.map((row, i) => row[i]));
/** How many there were. */
export const totalOf = (confusion: Confusion): number => sum(confusion.map(sum));

/**
 * For each class the share of its pictures that were recognised (its recall); null for a class without pictures.
 *
 * @example accuracyPerClass([[3, 1], [0, 0]]) // [0.75, null]
 */
export function accuracyPerClass(confusion: Confusion): (number | null)[] {
  return confusion.map((row, i) => {
    const total = sum(row);
    return total === 0 ? null : row[i] / total;
  });
}

/**
 * The mean of the classes' accuracies, so that a frequent class does not drown a rare one. Classes without pictures do not
 * count; null where none has any.
 *
 * As https://scikit-learn.org/stable/modules/generated/sklearn.metrics.balanced_accuracy_score.html
 */
export function balancedAccuracy(confusion: Confusion): number | null {
  const known = accuracyPerClass(confusion).filter((accuracy) => accuracy !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}

/** The share of all pictures that were recognised; null where there are none. */
export function overallAccuracy(confusion: Confusion): number | null {
  const total = totalOf(confusion);
  return total === 0 ? null : rightOf(confusion) / total;
}

/** All of it at once. */
export interface Evaluation {
  readonly confusion: Confusion;
  /** For each class, by its number. */
  readonly accuracy: readonly (number | null)[];
  readonly balancedAccuracy: number | null;
  readonly overallAccuracy: number | null;
}

/** What a confusion matrix says. */
export const evaluationOf = (confusion: Confusion): Evaluation => ({
  confusion,
  accuracy: accuracyPerClass(confusion),
  balancedAccuracy: balancedAccuracy(confusion),
  overallAccuracy: overallAccuracy(confusion),
});

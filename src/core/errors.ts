/**
 * @file The errors a user can meet, one class for each kind of mistake. Every room throws these; each message names the
 * operation, the shapes or the file, and what would have been right. Knows nothing of what raised it.
 */

/** The parent of every error that Tesserae throws on purpose. */
export class TesseraeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- used once here, and by every type that reports a mistake
/**
 * Shapes that do not fit each other or the operation. Where shapes are known to the compiler, the very error appears in the
 * type, with its sentence: `ShapeError<"cannot broadcast [2, 3] with [2]">`.
 */
export class ShapeError<out Message extends string = string> extends TesseraeError {
  declare readonly message: Message;
}
// oxlint-enable typescript/no-unnecessary-type-parameters
/** A dtype that the operation does not take, or a value that a dtype cannot hold. */
export class DTypeError extends TesseraeError {}
/** An index or a dimension out of range. */
export class IndexError extends TesseraeError {}
/** An argument with a wrong value: names the argument and what it may be. */
export class ValueError extends TesseraeError {}
/** The engine ran out of linear memory; the message says how much is held. */
export class OutOfMemoryError extends TesseraeError {}
/** A worker thread that died or no longer answers. */
export class ThreadError extends TesseraeError {}
/** A tensor that is read after its memory was given up on purpose: by `using`, `dispose` or the end of a `scope`. */
export class DisposedError extends TesseraeError {}
/** Something that a compiled function does which cannot be replayed; the message says what to do instead. */
export class CaptureError extends TesseraeError {}
/** A matrix for which there is no answer: singular, not positive definite, not finite, or one on which an algorithm does not converge. */
export class LinAlgError extends TesseraeError {}
/** A kernel that the verifier refuses, or a state that should not be reachable: a defect of Tesserae itself. */
export class InternalError extends TesseraeError {}
/** A gradient that cannot be had: nothing to differentiate, a graph already freed, a saved value overwritten, a leaf written to. */
export class AutogradError extends TesseraeError {}
/** A file or folder that is missing, unreadable or not what its name says. */
export class FileError extends TesseraeError {}
/** A picture that cannot be decoded, or whose size or mode is not the expected one. */
export class ImageError extends TesseraeError {}
/** An archive that is corrupt or that tries to write where it must not. */
export class ArchiveError extends TesseraeError {}
/** A download that failed: names the address and the reason. */
export class DownloadError extends TesseraeError {}

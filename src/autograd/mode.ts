/**
 * @file Whether operations are recorded: `noGrad`, `enableGrad`, `setGradEnabled`, `inferenceMode`. The switch itself is in
 * graph/history.ts, where making a view can see it. Knows no tensor.
 */
import { AutogradError } from "../core/errors.js";
import { gradMode } from "../graph/history.js";

/** Whether operations on tensors that require gradients are recorded. @see https://docs.pytorch.org/docs/stable/generated/torch.is_grad_enabled.html */
export const isGradEnabled = (): boolean => gradMode.enabled;

/** Whether `inferenceMode` is on. @see https://docs.pytorch.org/docs/stable/generated/torch.is_inference_mode_enabled.html */
export const isInferenceModeEnabled = (): boolean => gradMode.inference;

/**
 * Turns recording on or off, from now on. What `noGrad(() => …)` cannot do, such as a stretch with `await` in it, this can.
 * @example setGradEnabled(false); const page = await load(); model(page); setGradEnabled(true);
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.set_grad_enabled.html
 */
export function setGradEnabled(enabled: boolean): void {
  gradMode.enabled = enabled;
}

/**
 * Runs `body` in a mode. The mode is the process's, so a body that goes on later (a promise) would lend it to whatever else runs in
 * the meantime, and lose it itself: that is an error.
 */
export function inMode<T>(name: string, enabled: boolean, inference: boolean, body: () => T): T {
  const before = { ...gradMode };
  gradMode.enabled = enabled;
  gradMode.inference = inference;
  let result: T;
  try {
    result = body();
  } finally {
    Object.assign(gradMode, before);
  }
  if (typeof result === "object" && result !== null && "then" in result && typeof result.then === "function") {
    throw new AutogradError(
      `${name}: the function returned a promise, but the mode ends when the function returns: await first, or use setGradEnabled(${enabled}) and restore it`,
    );
  }
  return result;
}

/**
 * Runs `body` without recording: results require no gradient, and leaves may be written to. Gives back what it returns.
 * @throws AutogradError if it returns a promise: use `setGradEnabled` around an `await`
 * @example noGrad(() => weights.sub_(weights.grad.mul(0.1)));
 * @see https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
 */
export const noGrad = <T>(body: () => T): T => inMode("noGrad", false, gradMode.inference, body);

/**
 * Runs `body` with recording, inside `noGrad` too. Gives back what it returns.
 * @throws AutogradError if it returns a promise
 * @see https://docs.pytorch.org/docs/stable/generated/torch.enable_grad.html
 */
export const enableGrad = <T>(body: () => T): T => inMode("enableGrad", true, false, body);

/**
 * Runs `body` without recording, as `noGrad` does. (PyTorch also forbids its results in later recorded operations; here they are tensors
 * like any other.) Gives back what it returns.
 * @throws AutogradError if it returns a promise
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.inference_mode.html
 */
export const inferenceMode = <T>(body: () => T): T => inMode("inferenceMode", false, true, body);

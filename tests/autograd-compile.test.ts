/**
 * @file Gradients inside compiled functions: a training step with `backward` in it does at each call what it does uncompiled, and what would
 * lose a gradient is refused.
 */
import { CaptureError, compile, manualSeed, noGrad, rand, zeros, type Tensor } from "tesserae";
import { expect, it } from "vitest";

manualSeed(3);
const [x, y] = [rand([8, 4]), rand([8, 1])];
const lossOf = (w: Tensor): Tensor => x.matmul(w).sub(y).square().mean();

const gradOf = (w: Tensor): number[] => (w.grad ? Array.from(w.grad.toTypedArray(), Number) : []);

/** The losses and the weights of some steps of descent. */
function trained(wrap: (step: () => Tensor) => () => Tensor): readonly unknown[] {
  const w = zeros([4, 1], { requiresGrad: true });
  const step = wrap(() => {
    const loss = lossOf(w);
    loss.backward();
    noGrad(() => {
      if (w.grad) w.sub_(w.grad.mul(0.1));
    });
    w.grad = null;
    return loss.detach();
  });
  return [Array.from({ length: 5 }, () => step().item()), w.tolist(), w.requiresGrad, w.isLeaf];
}

it("a compiled training step does what the step does", () => {
  expect(trained((step) => compile(step))).toEqual(trained((step) => step));
});

it("gradients that it leaves are there, add up, and begin anew", () => {
  const w = zeros([4, 1], { requiresGrad: true });
  const step = compile(() => {
    lossOf(w).backward();
  });
  lossOf(w).backward();
  const once = gradOf(w);
  w.grad = null;
  for (const times of [1, 2, 3]) {
    step();
    gradOf(w).forEach((value, i) => expect(value).toBeCloseTo(times * once[i], 5));
  }
  w.grad = null;
  step();
  lossOf(w).backward();
  expect(gradOf(w)[0]).toBeCloseTo(2 * once[0], 5);
});

it("refuses arguments and results whose gradient would end there, outside noGrad", () => {
  const w = zeros([4, 1], { requiresGrad: true });
  const loss = compile((v: Tensor) => v.matmul(w).sum());
  const square = compile((v: Tensor) => v.square().sum());
  expect(() => loss(x)).toThrow(CaptureError);
  expect(() => square(w)).toThrow(/backward\(\) inside/);
  expect(noGrad(() => [loss(x).item(), square(w).item()])).toEqual([0, 0]);
});

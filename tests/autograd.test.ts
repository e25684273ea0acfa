/**
 * @file Gradients as users see them: leaves and histories, accumulation, freeing, hooks, modes, errors, printing. What the gradients are
 * is held beside PyTorch in tests/autograd-golden.test.ts.
 */
import {
  arange,
  autograd,
  AutogradError,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  noGrad,
  ones,
  rand,
  setGradEnabled,
  tensor,
  zeros,
  type Tensor,
} from "tesserae";
import { describe, expect, it } from "vitest";

const leaf = (values: readonly number[]): Tensor => tensor(values, { dtype: "float32", requiresGrad: true });

describe("leaves", () => {
  it("are what the user made; what is computed from them requires grad and is none", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    expect([x.requiresGrad, x.isLeaf, x.gradFn, x.grad]).toEqual([true, true, null, null]);
    expect([y.requiresGrad, y.isLeaf, y.gradFn?.name]).toEqual([true, false, "MulBackward0"]);
    expect(tensor([1]).requiresGrad).toBe(false);
  });

  it("take it as an option of every function that makes floats", () => {
    const options = { requiresGrad: true };
    for (const x of [zeros([2], options), ones([2], options), rand([2], options), arange(0, 1, 0.5, options), tensor(0.5, options)]) {
      expect([x.requiresGrad, x.isLeaf]).toEqual([true, true]);
    }
    expect(() => tensor([1, 2], options)).toThrow(AutogradError);
    expect(() => zeros([2], { dtype: "bool" }).requiresGrad_()).toThrow(/floating/);
  });

  it("lose it only as leaves", () => {
    const x = leaf([1]);
    expect(x.requiresGrad_(false).requiresGrad).toBe(false);
    expect(() => leaf([1]).mul(2).requiresGrad_(false)).toThrow(/leaf/);
  });

  it("print as PyTorch prints them", () => {
    const x = leaf([1, 2]);
    expect(String(x)).toBe("tensor([1., 2.], requires_grad=True)");
    expect(String(x.mul(2))).toBe("tensor([2., 4.], grad_fn=<MulBackward0>)");
    expect(String(x.detach())).toBe("tensor([1., 2.])");
  });
});

describe("backward", () => {
  it("adds to grad, in place, so that its holder sees it", () => {
    const x = leaf([1, 2]);
    x.square().sum().backward();
    const { grad } = x;
    expect(grad?.tolist()).toEqual([2, 4]);
    x.square().sum().backward();
    expect(x.grad).toBe(grad);
    expect(grad?.tolist()).toEqual([4, 8]);
    x.grad = null;
    expect(x.grad).toBe(null);
  });

  it("weighs elements by the gradient it is given, and wants one of the same shape", () => {
    const x = leaf([1, 2, 3]);
    x.mul(2).backward(tensor([1, 0, 10]).float());
    expect(x.grad?.tolist()).toEqual([2, 0, 20]);
    expect(() => x.mul(2).backward()).toThrow(/grad can be implicitly created only for scalar outputs/);
    expect(() => x.mul(2).backward(ones(2))).toThrow(/mismatch in shape/);
  });

  it("does not share memory with the gradient it is given", () => {
    const x = leaf([1, 2]);
    const seed = ones(2);
    x.view(2).backward(seed);
    seed.zero_();
    expect(x.grad?.tolist()).toEqual([1, 1]);
  });

  it("refuses what requires no grad", () => {
    expect(() => ones(1).backward()).toThrow(/does not require grad and does not have a gradFn/);
    expect(() => leaf([1]).detach().backward()).toThrow(AutogradError);
  });

  it("frees what was saved, unless it is to be kept", () => {
    const x = leaf([3]);
    const y = x.mul(x);
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.tolist()).toEqual([12]);
    expect(() => y.backward()).toThrow(/second time/);
  });

  it("goes twice through what saves nothing, as in PyTorch", () => {
    const x = leaf([3]);
    const y = x.add(1);
    y.backward();
    y.backward();
    expect(x.grad?.tolist()).toEqual([2]);
  });

  it("adds to the named inputs only", () => {
    const [x, w] = [leaf([2]), leaf([3])];
    x.mul(w).backward(undefined, { inputs: [w] });
    expect([x.grad, w.grad?.item()]).toEqual([null, 2]);
  });

  it("walks a graph of a hundred thousand nodes without recursion and without quadratic time", () => {
    const x = leaf([1, 2, 3]);
    let y: Tensor = x;
    for (let i = 0; i < 100_000; i++) y = y.add(x);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([100_001, 100_001, 100_001]);
  });

  it("reaches leaves through casts and promotions in the leaf's dtype", () => {
    const x = leaf([1, 2]);
    const wide = x.double().mul(tensor([0.5, 3], { dtype: "float64" }));
    expect(wide.dtype).toBe("float64");
    wide.sum().backward();
    expect([x.grad?.dtype, x.grad?.tolist()]).toEqual(["float32", [0.5, 3]]);
  });
});

describe("autograd.grad", () => {
  it("gives gradients and touches no grad", () => {
    const x = leaf([1, 2]);
    const [g] = autograd.grad(x.pow(3).sum(), x);
    expect([g.tolist(), x.grad]).toEqual([[3, 12], null]);
  });

  it("is differentiable itself", () => {
    const x = leaf([1, 2]);
    const [first] = autograd.grad(x.pow(4).sum(), x, { createGraph: true });
    const [second] = autograd.grad(first.sum(), x, { createGraph: true });
    const [third] = autograd.grad(second.sum(), x);
    expect([second.tolist(), third.tolist()]).toEqual([[12, 48], [24, 48]]);
  });

  it("differentiates with respect to what is no leaf", () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const [g] = autograd.grad(y.square().sum(), [y]);
    expect(g.tolist()).toEqual([6, 12]);
  });

  it("says which input was not used", () => {
    const [x, w] = [leaf([1]), leaf([1])];
    expect(() => autograd.grad(x.mul(2), [x, w])).toThrow(/index 1 appears to not have been used/);
    expect(autograd.grad(x.mul(2), [x, w], { allowUnused: true })[1]).toBe(null);
    expect(() => autograd.grad(x.mul(2), [ones(1)])).toThrow(/does not require grad/);
  });
});

describe("hooks", () => {
  it("see gradients and may replace them, until they are removed", () => {
    const x = leaf([1, 2]);
    const seen: unknown[] = [];
    const y = x.mul(2);
    const handle = y.registerHook((grad) => {
      seen.push(grad.tolist());
      return grad.mul(10);
    });
    y.sum().backward();
    expect([seen, x.grad?.tolist()]).toEqual([[[1, 1]], [20, 20]]);
    handle.remove();
    x.mul(2).sum().backward();
    expect(seen.length).toBe(1);
    expect(() => ones(1).registerHook(() => null)).toThrow(AutogradError);
  });

  it("see a leaf's gradient once, when all of it is there", () => {
    const x = leaf([1]);
    const seen: unknown[] = [];
    x.registerHook((grad) => void seen.push(grad.item()));
    x.mul(2).add(x.mul(3)).backward();
    expect(seen).toEqual([5]);
  });

  it("retainGrad keeps the gradient of what is no leaf", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2).retainGrad();
    const z = x.mul(3);
    y.mul(z).sum().backward();
    expect([y.grad?.tolist(), z.grad]).toEqual([[3, 6], null]);
    expect(() => ones(1).retainGrad()).toThrow(AutogradError);
  });
});

describe("modes", () => {
  it("noGrad records nothing and lets leaves be written to", () => {
    const x = leaf([1, 2]);
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(inferenceMode(() => x.mul(2)).requiresGrad).toBe(false);
    expect(noGrad(() => enableGrad(() => x.mul(2))).requiresGrad).toBe(true);
    noGrad(() => x.sub_(1));
    expect([x.tolist(), x.requiresGrad, x.isLeaf]).toEqual([[0, 1], true, true]);
    expect(() => x.sub_(1)).toThrow(/a leaf tensor that requires grad is being used in an in-place operation/);
    expect(() => x.at(0).sub_(1)).toThrow(/a view of a leaf tensor/);
  });

  it("end with their function, also by an error, and refuse promises", () => {
    expect(() => noGrad(() => { throw new RangeError("mine"); })).toThrow(RangeError);
    expect(() => noGrad(async () => 1)).toThrow(/setGradEnabled/);
    expect(isGradEnabled()).toBe(true);
    setGradEnabled(false);
    expect(leaf([1]).mul(2).requiresGrad).toBe(false);
    setGradEnabled(true);
  });

  it("detach shares the elements and no history", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const d = y.detach();
    expect([d.requiresGrad, d.isLeaf]).toEqual([false, true]);
    y.mul(d).sum().backward();
    expect(x.grad?.tolist()).toEqual([4, 8]);
    expect(y.detach_().requiresGrad).toBe(false);
    expect(() => x.mul(2).at(0).detach_()).toThrow(/view/);
  });
});

describe("an operation without a rule", () => {
  it("throws where its input requires grad, and runs where none is wanted", () => {
    const x = leaf([5, 7]);
    expect(() => x.floorDivide(2)).toThrow(/derivative with respect to a is not implemented/);
    expect(noGrad(() => x.floorDivide(2)).tolist()).toEqual([2, 3]);
  });

  it("gives what is no float no history", () => {
    const x = leaf([5, 7]);
    for (const y of [x.gt(6), x.argmax(), x.isnan(), x.long(), x.max(0).indices]) expect(y.requiresGrad).toBe(false);
  });
});

/**
 * @file compile(fn): a compiled function does what the function does - values, in-place writes, aliases, random draws, errors - and does not
 * capture again without need.
 */
import { arange, CaptureError, compile, full, manualSeed, memory, noGrad, rand, randint, randn, stack, tensor, Tensor, ValueError, where, zeros } from "tesserae";
import { describe, expect, it } from "vitest";

const body = (x: Tensor): Tensor => stack([rand(3).add(x), randint(10, [3]).float(), rand(3)]);

/** A function that counts how often it is really run. */
function counted<A extends readonly unknown[], R>(fn: (...args: A) => R): { readonly run: (...args: A) => R; readonly captures: () => number } {
  let count = 0;
  const run = compile((...args: A) => {
    count++;
    return fn(...args);
  });
  return { run, captures: () => count };
}

describe("values", () => {
  it("are those of the arguments of each call", () => {
    const { run, captures } = counted((x: Tensor, y: Tensor) => x.mul(2).add(y).sum(0));
    expect(run(tensor([[1, 2], [3, 4]]), tensor([10, 20])).tolist()).toEqual([28, 52]);
    expect(run(tensor([[0, 0], [0, 1]]), tensor([1, 1])).tolist()).toEqual([2, 4]);
    expect(captures()).toBe(1);
  });

  it("come in the arrays and objects that the function returns, beside numbers", () => {
    const run = compile((x: Tensor, { scale }: { scale: number }) => ({ parts: [x.mul(scale), x.sum()] as const, scale, name: "n", none: null }));
    for (const n of [1, 2]) {
      const { parts, scale, name, none } = run(tensor([1, 2, n]), { scale: 3 });
      expect(parts.map((t) => t.tolist())).toEqual([[3, 6, 3 * n], 3 + n]);
      expect([scale, name, none]).toEqual([3, "n", null]);
    }
  });

  it("of closed-over tensors are read anew at each call, also where they are pending or constant", () => {
    const w = zeros(2);
    const { run, captures } = counted((x: Tensor) => x.add(w));
    expect(run(tensor([1, 2])).tolist()).toEqual([1, 2]);
    w.add_(10);
    expect(run(tensor([1, 2])).tolist()).toEqual([11, 12]);
    w.at(0).fill_(5);
    expect(run(tensor([1, 2])).tolist()).toEqual([6, 12]);
    expect(captures()).toBe(1);
  });

  it("keep their results apart: one call's result is not the next one's", () => {
    const run = compile((x: Tensor) => x.add(1));
    const results = [1, 2, 3].map((n) => run(full([3], n)));
    expect(results.map((t) => t.tolist())).toEqual([2, 3, 4].map((n) => [n, n, n]));
    results[0].mul_(10);
    expect(run(full([3], 1)).tolist()).toEqual([2, 2, 2]);
  });

  it("of data made inside are constants, which writes to a result do not reach", () => {
    const run = compile((x: Tensor) => [tensor([1, 2, 3]), x.add(tensor([10, 20, 30])), zeros(2), arange(3)]);
    const first = run(tensor([1, 1, 1]));
    first[0].add_(5);
    first[2].add_(5);
    expect(first.map((t) => t.tolist())).toEqual([[6, 7, 8], [11, 21, 31], [5, 5], [0, 1, 2]]);
    expect(run(tensor([2, 2, 2])).map((t) => t.tolist())).toEqual([[1, 2, 3], [12, 22, 32], [0, 0], [0, 1, 2]]);
  });

  it("of what is no kernel: a sort runs at each call", () => {
    const run = compile((x: Tensor) => x.sort().values.mul(2));
    expect(run(tensor([3, 1, 2])).tolist()).toEqual([2, 4, 6]);
    expect(run(tensor([5, 9, 0])).tolist()).toEqual([0, 10, 18]);
  });

  it("hold for empty tensors and tensors without dimensions", () => {
    const run = compile((x: Tensor, y: Tensor) => [x.sum(), x.mul(y), y.neg()]);
    for (let i = 0; i < 2; i++) expect(run(zeros(0, 3), tensor(2)).map((t) => t.tolist())).toEqual([0, [], -2]);
  });
});

describe("a new capture", () => {
  it("is made for a new shape, dtype, layout or number, and found again", () => {
    const { run, captures } = counted((x: Tensor, n: number) => x.add(n));
    const results = (): unknown[] => [run(tensor([1]), 1), run(tensor([1, 2]), 1), run(tensor([1.5, 2]), 1), run(tensor([[1, 2], [3, 4]]).t(), 1), run(tensor([1]), -0)].map((t) => t.tolist());
    const wanted = [[2], [2, 3], [2.5, 3], [[2, 4], [3, 5]], [1]];
    expect(results()).toEqual(wanted);
    expect(captures()).toBe(5);
    expect(results()).toEqual(wanted);
    expect(captures()).toBe(5);
  });

  it("is not made within another: the inner function is part of the outer", () => {
    const inner = counted((x: Tensor) => x.mul(2));
    const outer = counted((x: Tensor) => inner.run(x).add(1));
    expect(outer.run(tensor([1])).tolist()).toEqual([3]);
    expect(outer.run(tensor([2])).tolist()).toEqual([5]);
    expect([inner.captures(), outer.captures()]).toEqual([1, 1]);
  });

  it("that fails leaves everything as it was", () => {
    const w = tensor([1, 2]);
    const bad = compile((x: Tensor) => {
      w.add_(x);
      throw new Error("on purpose");
    });
    expect(() => bad(tensor([5, 5]))).toThrow("on purpose");
    expect(w.tolist()).toEqual([1, 2]);
    expect(w.version).toBe(0);
  });
});

describe("in-place operations", () => {
  it("happen at each call, to closed-over tensors and arguments, and aliases see them", () => {
    const w = tensor([1, 2, 3]);
    const middle = w.at(1);
    const { run, captures } = counted((x: Tensor) => {
      x.add_(1);
      w.add_(x);
      w.at("1:").mul_(2);
      return w.sum();
    });
    const x = tensor([1, 1, 1]);
    expect(run(x).item()).toBe(3 + 8 + 10);
    expect(run(x).item()).toBe(6 + 22 + 26);
    expect(captures()).toBe(1);
    expect(x.tolist()).toEqual([3, 3, 3]);
    expect(w.tolist()).toEqual([6, 22, 26]);
    expect(middle.item()).toBe(22);
    expect([x.version, w.version]).toEqual([2, 4]);
  });

  it("do not reach what was computed before from the old value, pending or not", () => {
    const w = tensor([1, 2, 3]).float();
    const run = compile(() => void w.mul_(2));
    run();
    const pending = w.add(0.5);
    const copy = w.clone();
    run();
    expect(w.tolist()).toEqual([4, 8, 12]);
    expect(pending.tolist()).toEqual([2.5, 4.5, 6.5]);
    expect(copy.tolist()).toEqual([2, 4, 6]);
  });

  it("may return the old value, exchange two tensors, and copy one into another", () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    const run = compile(() => {
      const old = a.clone();
      a.copy_(b);
      b.copy_(old);
      return old;
    });
    expect(run().tolist()).toEqual([1, 2]);
    expect([a.tolist(), b.tolist()]).toEqual([[3, 4], [1, 2]]);
    expect(run().tolist()).toEqual([3, 4]);
    expect([a.tolist(), b.tolist()]).toEqual([[1, 2], [3, 4]]);
  });

  it("write into the memory that is there", () => {
    const w = zeros(1000);
    const run = compile((x: Tensor) => void w.sub_(x.mul(0.5)));
    const x = full([1000], 1).add(0);
    run(x);
    const { held, allocations } = memory();
    for (let i = 0; i < 100; i++) run(x);
    expect(memory().held).toBeLessThanOrEqual(held);
    expect(memory().allocations).toBeLessThanOrEqual(allocations);
    expect(w.at(999).item()).toBe(-50.5);
  });
});

describe("aliases among arguments and closures", () => {
  it("are told from tensors that share nothing", () => {
    const { run, captures } = counted((x: Tensor, y: Tensor) => {
      x.add_(1);
      return y.mul(1);
    });
    const [a, b] = [tensor([1, 2]), tensor([1, 2])];
    expect(run(a, b).tolist()).toEqual([1, 2]);
    expect(run(a, a).tolist()).toEqual([3, 4]);
    expect(run(b, b.at(":")).tolist()).toEqual([2, 3]);
    expect(captures()).toBe(2);
  });

  it("hold where an argument is also closed over, in either order of calls", () => {
    const w = tensor([1, 2]);
    const make = () => compile((x: Tensor) => {
      w.add_(10);
      return x.mul(1);
    });
    const first = make();
    expect(first(w).tolist()).toEqual([11, 12]);
    expect(first(tensor([0, 0])).tolist()).toEqual([0, 0]);
    expect(w.tolist()).toEqual([21, 22]);
    expect(first(w).tolist()).toEqual([31, 32]);
    const second = make();
    expect(second(tensor([0, 0])).tolist()).toEqual([0, 0]);
    expect(second(w).tolist()).toEqual([51, 52]);
  });

  it("are kept among results", () => {
    const w = tensor([[1, 2], [3, 4]]);
    const run = compile((x: Tensor) => {
      const y = x.add(1);
      return { y, row: y.at(0), x, w, column: w.at("...", 0) };
    });
    const x = tensor([[5, 6], [7, 8]]);
    for (let i = 0; i < 2; i++) {
      const result = run(x);
      expect(result.x).toBe(x);
      expect(result.w).toBe(w);
      result.row.zero_();
      expect(result.y.tolist()).toEqual([[0, 0], [8, 9]]);
      result.column.add_(1);
    }
    expect(w.tolist()).toEqual([[3, 2], [5, 4]]);
  });
});

describe("random numbers", () => {
  it("are drawn at each call, in the order of the program, from the same sequence", () => {
    const run = compile(body);
    manualSeed(7);
    const compiled = [run(tensor(1)), run(tensor(2))].map((t) => t.tolist());
    manualSeed(7);
    expect([body(tensor(1)), body(tensor(2))].map((t) => t.tolist())).toEqual(compiled);
  });
});

describe("what cannot be captured", () => {
  it.each<[string, (x: Tensor) => unknown]>([
    ["item", (x: Tensor) => x.sum().item()],
    ["tolist", (x: Tensor) => x.tolist()],
    ["printing", (x: Tensor) => String(x)],
  ])("is a clear error: %s", (_, fn) => {
    expect(() => compile(fn)(tensor([1, 2]))).toThrow(CaptureError);
    expect(() => compile(fn)(tensor([1, 2]))).toThrow(/inside a compiled function.*where\(…\)/);
  });

  it("is a promise, or an object of a class", () => {
    expect(() => compile(async (x: Tensor) => x)(tensor(1))).toThrow(/must not be async/);
    expect(() => compile((x: Tensor) => new Map([[1, x]]))(tensor(1))).toThrow(/a Map/);
    // @ts-expect-error a number is no function
    expect(() => compile(1)).toThrow(ValueError);
  });

  it("leaves tensors that escape unreadable, with a sentence that says so", () => {
    const escaped: Tensor[] = [];
    const run = compile((x: Tensor) => {
      const y = x.add(1).exp();
      escaped.push(y, y.sum(), x.at(0));
      return y.mul(2);
    });
    expect(run(tensor([0, 0])).shape).toEqual([2]);
    for (const t of escaped) {
      expect(() => t.tolist()).toThrow(CaptureError);
      expect(() => t.tolist()).toThrow(/made inside a compiled function and not returned/);
      expect(() => t.add(1).tolist()).toThrow(/made inside a compiled function/);
    }
  });

  it("does not include conditions by where", () => {
    const run = compile((x: Tensor) => where(x.sum().gt(3), x, x.neg()));
    expect([run(tensor([1, 1])), run(tensor([2, 2]))].map((t) => t.tolist())).toEqual([[-1, -1], [2, 2]]);
  });
});

/** Two layers with gradients, trained by hand; `around` compiles the step or does not. */
function trained(around: <A extends readonly unknown[], R>(fn: (...args: A) => R) => (...args: A) => R, clear: "before" | "after" | "never"): unknown {
  manualSeed(3);
  const [w1, b1, w2] = [randn(3, 4).requiresGrad_(), zeros(4).requiresGrad_(), randn(4, 1).requiresGrad_()];
  const parameters: Tensor[] = [w1, b1, w2];
  const forget = (): void => parameters.forEach((p) => (p.grad = null));
  const step = around((x: Tensor, y: Tensor) => {
    if (clear === "before") forget();
    const loss = x.matmul(w1).add(b1).tanh().matmul(w2).sub(y).square().mean();
    loss.backward();
    noGrad(() => {
      for (const p of parameters) if (p.grad) p.sub_(p.grad.mul(0.05));
    });
    if (clear === "after") forget();
    return loss.detach();
  });
  const losses: number[] = [];
  for (let i = 0; i < 6; i++) losses.push(Number(step(rand(8, 3), rand(8, 1)).item().toFixed(4)));
  return { losses, grads: parameters.map((p) => Number(p.grad?.sum().item()).toFixed(3)), sums: parameters.map((p) => p.sum().item().toFixed(3)) };
}

describe("gradients", () => {
  it.each(["before", "after", "never"] as const)("train as they do plainly, cleared %s the step", (clear) => {
    expect(trained(compile, clear)).toEqual(trained((fn) => fn, clear));
  });

  it("of arguments that are leaves are theirs", () => {
    const run = compile((x: Tensor) => x.square().sum().backward());
    for (let i = 1; i <= 3; i++) {
      const x = tensor([i, 2]).float().requiresGrad_();
      run(x);
      run(x);
      expect(x.grad?.tolist()).toEqual([4 * i, 8]);
    }
  });

  it("cannot reach beyond an argument with a history", () => {
    const x = tensor([1, 2]).float().requiresGrad_().mul(2);
    expect(() => compile((y: Tensor) => y.sum())(x)).toThrow(/detach\(\) it, or compute it inside/);
    expect(compile((y: Tensor) => y.sum())(x.detach()).item()).toBe(6);
  });
});

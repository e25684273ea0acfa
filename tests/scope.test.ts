/**
 * @file Memory given back on purpose: `scope`, `dispose`, `using`; what survives, what is an error afterwards, and what running out of memory
 * says and leaves.
 */
import { compile, DisposedError, full, memory, realize, resetPeakMemory, scope, tensor, Tensor, ValueError, zeros } from "tesserae";
import { describe, expect, it } from "vitest";
import { createWasmBackend } from "../src/backends/wasm/backend.js";
import { Engine, withEngine } from "../src/graph/engine.js";
import * as inside from "../src/index.js";

/** A tensor of a megabyte with memory of its own. */
const megabyte = (value: number): Tensor => {
  const x = full([1 << 18], value, { dtype: "float32" }).add(0);
  realize(x);
  return x;
};

/** How many bytes more are held after `body`. */
function growth(body: () => unknown): number {
  const before = memory().held;
  body();
  return memory().held - before;
}

describe("scope", () => {
  it("gives back what was made inside, at once", () => {
    let outside: Tensor | undefined;
    expect(growth(() => scope(() => {
      outside = megabyte(1);
      megabyte(2).at(0).item();
    }))).toBe(0);
    expect(() => outside?.tolist()).toThrow(DisposedError);
    expect(() => outside?.add(1).tolist()).toThrow(/given up by using, dispose\(\) or the end of a scope/);
  });

  it("keeps what is returned: tensors, and arrays, objects, maps and sets of them", () => {
    const kept = scope(() => ({ list: [megabyte(1).at("0:2"), megabyte(2)], map: new Map([["m", tensor(3)]]), set: new Set([tensor(4)]), pending: megabyte(5).add(1) }));
    expect(kept.list.map((x) => x.at(0).item())).toEqual([1, 2]);
    expect(kept.map.get("m")?.item()).toBe(3);
    expect([...kept.set].map((x) => x.item())).toEqual([4]);
    expect(kept.pending.at(7).item()).toBe(6);
  });

  it("keeps what was written in place into tensors from outside, pending or not", () => {
    const [x, y] = [zeros(1 << 18), zeros(2)];
    scope(() => {
      x.copy_(megabyte(3));
      y.add_(megabyte(4).at("0:2"));
    });
    expect([x.at(5).item(), y.tolist()]).toEqual([3, [4, 4]]);
  });

  it("keeps gradients of tensors from outside", () => {
    const w = tensor([1, 2]).float().requiresGrad_();
    const loss = scope(() => {
      const value = w.square().sum();
      value.backward();
      return value.item();
    });
    expect([loss, w.grad?.tolist()]).toEqual([5, [2, 4]]);
  });

  it("nests: what the inner one returns belongs to the outer one", () => {
    let inner: Tensor | undefined;
    const result = scope(() => {
      inner = scope(() => megabyte(1));
      expect(inner.at(0).item()).toBe(1);
      return scope(() => megabyte(2));
    });
    expect(() => inner?.tolist()).toThrow(DisposedError);
    expect(result.at(0).item()).toBe(2);
  });

  it("gives back after an error too, which comes through", () => {
    expect(growth(() => {
      expect(() => scope(() => {
        megabyte(1);
        throw new Error("on purpose");
      })).toThrow("on purpose");
    })).toBe(0);
  });

  it("does not end a compiled function's constants, nor its plan", () => {
    const run = compile((x: Tensor) => x.add(tensor([1, 2])));
    for (let i = 0; i < 3; i++) expect(scope(() => run(tensor([i, i])).tolist())).toEqual([i + 1, i + 2]);
  });

  it("takes no promises", () => {
    expect(() => scope(async () => tensor(1))).toThrow(ValueError);
  });
});

describe("dispose and using", () => {
  it("give the memory back, once, and reading is an error", () => {
    const x = megabyte(1);
    expect(growth(() => x.dispose())).toBe(-(1 << 20));
    expect(growth(() => x.dispose())).toBe(0);
    expect(() => x.tolist()).toThrow(DisposedError);
    expect(x.shape).toEqual([1 << 18]);
  });

  it("work with using", () => {
    expect(growth(() => {
      using x = megabyte(1);
      expect(x.sum().item()).toBe(1 << 18);
    })).toBeLessThanOrEqual(64);
  });

  it("leave what views and pending operations need", () => {
    const x = megabyte(1);
    const [view, pending] = [x.at("1:3"), x.at("0:2").mul(5)];
    x.dispose();
    expect(view.tolist()).toEqual([1, 1]);
    expect(pending.tolist()).toEqual([5, 5]);
    expect(() => x.tolist()).toThrow(DisposedError);
    const y = megabyte(2);
    const sum = y.sum();
    y.dispose();
    expect(growth(() => expect(sum.item()).toBe(2 * (1 << 18)))).toBeLessThan(0);
  });
});

describe("peak", () => {
  it("is what a long chain over large tensors takes: a few of them", () => {
    const x = zeros(4 << 20).add(1);
    realize(x);
    const size = 16 << 20;
    resetPeakMemory();
    const before = memory().held;
    // Rows that are divided by their mean: each round needs the one before, whole.
    const chain = compile((start: Tensor) => {
      let y = start;
      for (let i = 0; i < 20; i++) y = y.div(y.mean()).add(1).exp().log();
      return y.sum();
    });
    chain(x).item();
    expect(memory().peak - before).toBeLessThan(3.1 * size);
  });
});

describe("out of memory", () => {
  it("says how much is held by whom, and leaves everything readable", () => {
    const engine = new Engine(createWasmBackend({ limit: 30 << 20, collect: undefined }));
    withEngine(engine, () => {
      const first = inside.full([3 << 20], 1, { dtype: "float32" }).add(1);
      inside.realize(first);
      const second = inside.full([1 << 20, 2], 2, { dtype: "float32" }).add(1);
      inside.realize(second);
      const third = first.add(first.mean()); // its mean is computed, then there is no room for the rest
      expect(() => third.at(0).item()).toThrow(inside.OutOfMemoryError);
      expect(() => third.at(0).item()).toThrow(
        /cannot allocate 12\.0 MiB; 20\.0 MiB are held by \d+ tensors \(the largest: float32 \[3145728\] 12\.0 MiB, float32 \[1048576, 2\] 8\.0 MiB.* of at most 30\.0 MiB are reserved/,
      );
      expect([first.at(5).item(), second.toTypedArray()[15]]).toEqual([2, 3]);
      second.dispose();
      expect(third.at(0).item()).toBe(4);
    });
  });

  it("in a compiled function changes nothing", () => {
    const engine = new Engine(createWasmBackend({ limit: 30 << 20, collect: undefined }));
    withEngine(engine, () => {
      const w = inside.zeros(4);
      const big = inside.full([3 << 20], 1, { dtype: "float32" }).add(1);
      inside.realize(big);
      const step = inside.compile((x: inside.Tensor) => {
        w.add_(1);
        return [x.add(w.at(0)), x.mul(2)];
      });
      expect(() => step(big)).toThrow(inside.OutOfMemoryError);
      expect([w.tolist(), w.version]).toEqual([[0, 0, 0, 0], 0]);
      expect(step(big.at("0:3")).map((t) => t.tolist())).toEqual([[3, 3, 3], [4, 4, 4]]);
    });
  });
});

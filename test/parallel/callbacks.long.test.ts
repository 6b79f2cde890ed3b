import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { whenBegun } from "../support/when-begun.ts";

const layers = [40, 12, 4];
const examples = someExamples(40, 600, 4, "bytes");
const threads = { workers: 3, cores: 3 };

describe("onEpoch", () => {
  it("sees the network of that moment, here as in core", async () => {
    const seen = (network: core.Network) => {
      const losses: number[] = [];
      return { losses, onEpoch: () => losses.push(core.evaluate(network, examples).loss) };
    };
    const [one, other] = [core.createNetwork({ layers }), core.createNetwork({ layers })];
    const [alone, together] = [seen(one), seen(other)];
    core.fit(one, examples, { epochs: 3, onEpoch: alone.onEpoch });
    await parallel.fit(other, examples, { epochs: 3, ...threads, onEpoch: together.onEpoch });
    expect(new Set(alone.losses).size).toBe(3);
    expect(together.losses).toEqual(alone.losses);
  });

  it("ends the run with what it throws, and the network stays as it is then", async () => {
    const onEpoch = ({ epoch }: core.EpochReport): void => {
      if (epoch === 2) throw new RangeError("enough");
    };
    const [one, other, two] = [1, 2, 3].map(() => core.createNetwork({ layers }));
    expect(() => core.fit(one, examples, { epochs: 5, onEpoch })).toThrow(new RangeError("enough"));
    await expect(parallel.fit(other, examples, { epochs: 5, ...threads, onEpoch })).rejects.toThrow(
      new RangeError("enough"),
    );
    core.fit(two, examples, { epochs: 2 });
    expect([one, other].map(weightsSha256)).toEqual([weightsSha256(two), weightsSha256(two)]);
  });

  it("is waited for when it returns a promise, as long as it takes and longer than a worker may be silent", async () => {
    const begun = whenBegun(2);
    const network = core.createNetwork({ layers });
    const order: string[] = [];
    const result = await parallel.fit(network, examples, {
      epochs: 3,
      ...threads,
      patience: 1500,
      onEpoch: async ({ epoch }) => {
        order.push(`begin ${epoch}`);
        await begun();
        await new Promise((resolve) => setTimeout(resolve, epoch === 2 ? 1700 : 0));
        order.push(`end ${epoch}`);
      },
      onRetry: ({ reason }) => order.push(reason),
    });
    expect(result.completed).toBe(true);
    expect(order).toEqual([1, 2, 3].flatMap((epoch) => [`begin ${epoch}`, `end ${epoch}`]));
  });

  it("may block the main thread for longer than a worker may be silent", async () => {
    const begun = whenBegun(2);
    const retries: parallel.Retry[] = [];
    await parallel.fit(core.createNetwork({ layers }), examples, {
      epochs: 4,
      ...threads,
      patience: 1500,
      onEpoch({ epoch }) {
        if (epoch === 1) return begun();
        const end = performance.now() + 1700;
        while (epoch === 2 && performance.now() < end);
        return undefined;
      },
      onRetry: (retry) => retries.push(retry),
    });
    expect(retries).toEqual([]);
  });

  it("ends the run with what its promise rejects with", async () => {
    const run = parallel.fit(core.createNetwork({ layers }), examples, {
      epochs: 5,
      ...threads,
      onEpoch: () => Promise.reject(new RangeError("no disk")),
    });
    await expect(run).rejects.toThrow(new RangeError("no disk"));
  });

  it("may not return a promise where nobody can wait for it", () => {
    const network = core.createNetwork({ layers });
    expect(() => core.fit(network, examples, { epochs: 2, onEpoch: async () => {} })).toThrow(
      /^options.onEpoch: expected a function that returns when it is done, found one that returns a promise; use the fit of @scratch-nn\/parallel/,
    );
  });
});

describe("a network that is being trained", () => {
  const expected = /^network: expected a network that no other run trains, found one that is being trained;/;

  it("is refused by another run, and not any more when its own is over", async () => {
    const network = core.createNetwork({ layers });
    const first = parallel.fit(network, examples, { epochs: 2, ...threads });
    await expect(parallel.fit(network, examples, { epochs: 1, ...threads })).rejects.toThrow(expected);
    expect(() => core.fit(network, examples, { epochs: 1 })).toThrow(expected);
    await first;
    core.fit(network, examples, { epochs: 1 });
  });

  it("is refused from within its own callback", () => {
    const network = core.createNetwork({ layers });
    let refusal: unknown;
    core.fit(network, examples, {
      epochs: 1,
      onEpoch() {
        try {
          core.fit(network, examples, { epochs: 1 });
        } catch (error) {
          refusal = error;
        }
      },
    });
    expect(String(refusal)).toMatch(/found one that is being trained/);
  });

  it("is free again after a run that failed", async () => {
    const network = core.createNetwork({ layers });
    const fails = { epochs: 1, onEpoch: () => Promise.reject(new Error("no")) };
    await expect(parallel.fit(network, examples, { ...fails, ...threads })).rejects.toThrow("no");
    expect(() => core.fit(network, examples, fails)).toThrow(/returns a promise/);
    core.fit(network, examples, { epochs: 1 });
  });
});

describe("onProfile", () => {
  it.each(["whole", "sampled"] as const)(
    "is told of each thread's time, never more than there was, %s, at the same bits",
    async (profiling) => {
      const [one, other] = [core.createNetwork({ layers }), core.createNetwork({ layers })];
      const options = { epochs: 40, batchSize: 100 };
      core.fit(one, examples, options);
      let profiles: readonly parallel.ThreadProfile[] = [];
      const start = performance.now();
      await parallel.fit(other, examples, {
        ...options,
        ...threads,
        profiling,
        onProfile: (told) => (profiles = told),
      });
      const elapsed = performance.now() - start;
      expect(weightsSha256(other)).toBe(weightsSha256(one));
      expect(profiles).toHaveLength(3);
      for (const profile of profiles) {
        const times = Object.values(profile);
        expect(Math.min(...times)).toBeGreaterThan(-1);
        expect(times.reduce((sum, time) => sum + time, 0)).toBeLessThanOrEqual(elapsed);
      }
      expect(profiles[0].forward).toBeGreaterThan(0);
    },
  );
});

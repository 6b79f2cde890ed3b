import * as core from "@scratch-nn/core";
import {
  backwardSum,
  descend,
  digitsProblem,
  EQUATIONS,
  fingerprint,
  firstNetwork,
  flowersProblem,
  formatMoves,
  forwardSum,
  goOn,
  likeliest,
  MOST_STEPS,
  type Move,
  momentOf,
  networkAfter,
  type Problem,
  parseMoves,
  SYMBOLS,
  shapeOf,
  stepsOf,
  UPDATE_EQUATIONS,
  upTo,
} from "@scratch-nn/web";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const fround = Math.fround;

/** Pseudo-random pixels, some of which are 0. */
const someDigits = (m: number): Problem =>
  digitsProblem(
    Uint8Array.from({ length: 784 * m }, (_, i) => Math.max(0, ((i * 7919) % 400) - 144)),
    Uint16Array.from({ length: m }, (_, c) => (3 * c) % 10),
  );

const PROBLEMS = [flowersProblem(), someDigits(12)];

describe.each(PROBLEMS)("the notes' numbers, $name", (problem) => {
  const settings = { example: 4, label: problem.labels[4], all: false, alpha: 0.25 };
  const network = networkAfter(problem, 3, [{ ...settings, steps: 5 }]);
  const inputs = problem.layers[0];
  const X = problem.X.subarray(4 * inputs, 5 * inputs);

  it("are core's: gradient, probabilities, and the parameters after the step", () => {
    const { matrices, loss, meanLoss, after, m } = momentOf(problem, network, settings);
    const gradient = core.gradientOf(network, { X, labels: [settings.label] });
    expect(matrices.dW1.numbers).toEqual(gradient.W[1]);
    expect(matrices.db2.numbers).toEqual(gradient.b[2]);
    expect(matrices.A2.numbers).toEqual(core.predict(network, X).probabilities);
    expect([fround(gradient.loss), loss, m]).toEqual([loss, meanLoss, 1]);
    const copy = networkAfter(problem, 3, [{ ...settings, steps: 5 }]);
    core.fit(copy, { X, labels: [settings.label] }, { epochs: 1, learningRate: settings.alpha });
    expect(after!.parameters).toEqual(copy.parameters);
  });

  it("of a step of all examples: their gradient, beside this example's Z, A and dZ", () => {
    const { matrices, m } = momentOf(problem, network, { ...settings, all: true });
    const gradient = core.gradientOf(network, { X: problem.X, labels: problem.labels });
    expect(matrices.dW2.numbers).toEqual(gradient.W[2]);
    expect(m).toBe(problem.labels.length);
    expect(matrices.dZ2).toEqual(momentOf(problem, network, settings).matrices.dZ2);
  });

  it("follow another label than the data's, which stay as they are", () => {
    const label = (settings.label + 1) % problem.classes.length;
    const { Y, dZ2 } = momentOf(problem, network, { ...settings, label }).matrices;
    expect([Y.numbers[label], dZ2.numbers[label] < 0]).toEqual([1, true]);
    expect(problem.labels[4]).toBe(settings.label);
  });

  it("add up as they are written out, in the order of the kernels", () => {
    const moment = momentOf(problem, network, settings);
    const { X: x, A1, dZ2, Z1, dZ1 } = moment.matrices;
    for (let unit = 0; unit < problem.layers[1]; unit++) {
      const { terms, zeros, bias, total } = forwardSum(moment, { layer: 1, unit });
      expect(terms.length + zeros).toBe(inputs);
      expect(terms.every(({ product }, t) => t === 0 || Math.abs(product) <= Math.abs(terms[t - 1].product))).toBe(
        true,
      );
      for (const { input, weight, value, product } of terms) {
        expect([value, product]).toEqual([x.numbers[input], fround(weight * value)]);
      }
      // A first layer with few units is summed in eight lanes.
      const lanes = new Float32Array(8);
      for (const { input, product } of terms.toSorted((a, b) => a.input - b.input)) lanes[input % 8] += product;
      const [a, b, c, d] = [0, 1, 2, 3].map((lane) => fround(lanes[lane] + lanes[lane + 4]));
      expect(fround(fround(fround(a + c) + fround(b + d)) + bias)).toBe(total);
      const back = backwardSum(moment, unit);
      expect(back.terms.length + back.zeros).toBe(dZ2.rows);
      expect(Z1.numbers[unit] > 0 ? back.total : 0).toBe(dZ1.numbers[unit]);
    }
    for (let unit = 0; unit < problem.layers[2]; unit++) {
      const { terms, bias, total } = forwardSum(moment, { layer: 2, unit });
      const inOrder = terms.toSorted((a, b) => a.input - b.input);
      expect(inOrder.reduce((sum, { product }) => fround(sum + product), bias)).toBe(total);
      expect(terms.every(({ input, value }) => value === A1.numbers[input])).toBe(true);
    }
  });

  it("has a shape for every symbol, with as many numbers as one column of it", () => {
    const { matrices } = momentOf(problem, network, settings);
    for (const name of SYMBOLS) {
      const { rows, columns, numbers } = matrices[name];
      expect(`${rows} × ${columns}`).toBe(shapeOf(name, problem.layers, 1));
      expect(numbers.length).toBe(rows * columns);
    }
  });
});

describe("going back", () => {
  const problem = flowersProblem();
  const move = fc.record({
    steps: fc.integer({ min: 1, max: 9 }),
    alpha: fc.constantFrom(0.01, 0.1, 0.35),
    example: fc.nat({ max: 29 }),
    label: fc.nat({ max: 2 }),
    all: fc.boolean(),
  });

  it("is computing again from the seed: any earlier moment has the bits that it had", () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 5 }), fc.nat(), (wishes, seed) => {
        // Computes step by step, like the page.
        const network = firstNetwork(problem, seed);
        const seen = [fingerprint(network.parameters)];
        let moves: Move[] = [];
        for (const { steps, ...settings } of wishes) {
          for (let s = 0; s < steps; s++) {
            descend(network, problem, settings, 1);
            moves = goOn(moves, settings, 1);
            seen.push(fingerprint(network.parameters));
          }
        }
        expect(stepsOf(moves)).toBe(seen.length - 1);
        for (let steps = seen.length - 1; steps >= 0; steps -= 3) {
          expect(fingerprint(networkAfter(problem, seed, upTo(moves, steps)).parameters)).toBe(seen[steps]);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("comes to the network of the seed", () => {
    const moves = goOn([], { alpha: 0.1, example: 0, label: 0, all: true }, 3);
    expect(networkAfter(problem, 7, upTo(moves, 0)).parameters).toEqual(
      core.createNetwork({ layers: problem.layers, seed: 7 }).parameters,
    );
  });

  it("stands in the address, from which the same course comes back", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 6 }), (moves) => {
        expect(parseMoves(formatMoves(moves), problem)).toEqual(moves);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    "1s0.1",
    "1s0e0y0",
    "1s0.1e30y0",
    "1s0.1e0y3",
    "0s0.1e0y0",
    `${MOST_STEPS + 1}s0.1e0y0`,
    "1s1e9e0y0",
    "x",
    "-",
  ])("knows no course in %j", (text) => {
    expect(parseMoves(text, problem)).toEqual([]);
  });
});

describe("the small example", () => {
  it("is learnt by the steps that the page takes", () => {
    const problem = flowersProblem();
    const network = networkAfter(problem, problem.seed, [
      { steps: 300, alpha: problem.alpha, example: 0, label: 0, all: true },
    ]);
    const right = Array.from(problem.labels).filter((label, example) => {
      const { matrices } = momentOf(problem, network, { example, label, all: false, alpha: 0.1 });
      return likeliest(matrices.A2) === label;
    });
    expect(right.length).toBeGreaterThanOrEqual(27);
  });

  it("says where alpha was too large, in place of numbers", () => {
    const problem = someDigits(3);
    const settings = { example: 0, label: 0, all: true, alpha: 3e38 };
    const network = firstNetwork(problem, 1);
    descend(network, problem, settings, 1);
    expect(momentOf(problem, network, settings).after).toBeUndefined();
  });
});

describe("the equations", () => {
  it("are the notes', in their order, each with its result first", () => {
    expect(EQUATIONS.map(({ name }) => name)).toEqual("X Z1 A1 Z2 A2 dZ2 dW2 db2 dZ1 dW1 db1".split(" "));
    for (const { name, tokens } of [...EQUATIONS, ...UPDATE_EQUATIONS])
      expect(tokens[0]).toMatchObject({ symbol: name });
    expect(UPDATE_EQUATIONS.map(({ name }) => name)).toEqual(["W1", "b1", "W2", "b2"]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, decodeModel, networkOf, predict } from "@scratch-nn/core";
import {
  asMnist,
  centred,
  centreOfMass,
  classifierOf,
  contributions,
  exampleDigit,
  formatDrawing,
  nearest,
  parseDrawing,
} from "@scratch-nn/web";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256, weightsSha256 } from "../support/digest.ts";
import { handStrokes } from "../support/hand-strokes.ts";
import { REPOSITORY } from "../support/packed.ts";

const FOLDER = join(REPOSITORY, "packages/web/model");
const file = readFileSync(join(FOLDER, "model.safetensors"));
const model = decodeModel(file);
const classifier = classifierOf(model);

/** The index of the largest value. */
const best = (values: Float32Array): number => values.reduce((top, value, k) => (value > values[top] ? k : top), 0);

/** The width and height of the area with ink. */
function extent(pixels: Uint8Array): readonly [width: number, height: number] {
  const inked = Array.from(pixels.keys()).filter((p) => pixels[p] > 0);
  const span = (values: number[]): number => Math.max(...values) - Math.min(...values) + 1;
  return [span(inked.map((p) => p % 28)), span(inked.map((p) => Math.floor(p / 28)))];
}

const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
const strokes = fc.array(
  fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 20 }).map((points) => points.flat()),
  { minLength: 1, maxLength: 4 },
);

describe("a drawing as MNIST's images are", () => {
  it("fits 20 x 20 pixels and has its centre of mass in the middle, wherever it was drawn", () => {
    for (let digit = 0; digit < 10; digit++) {
      const pixels = asMnist(handStrokes(digit, 3));
      const [x, y] = centreOfMass(pixels);
      // Ink may end between two pixels, which adds one pixel at each end.
      for (const length of extent(pixels)) expect(length).toBeLessThanOrEqual(22);
      expect(Math.max(...extent(pixels))).toBeGreaterThanOrEqual(19);
      expect(Math.hypot(x - 14, y - 14)).toBeLessThan(0.1);
    }
  });

  it("has the same pixels wherever on the pad, and however large, it was drawn", () => {
    const drawing = [[0.25, 0.25, 0.5, 0.5, 0.25, 0.75]];
    const moved = drawing.map((stroke) => stroke.map((value, i) => value / 2 + (i % 2 === 0 ? 0.375 : 0)));
    expect(asMnist(moved)).toEqual(asMnist(drawing));
  });

  it("is ink whatever was drawn, a dot included, and nothing of nothing", () => {
    fc.assert(
      fc.property(strokes, (drawing) => {
        expect(Math.max(...asMnist(drawing))).toBeGreaterThan(100);
      }),
      { numRuns: 200 },
    );
    expect(asMnist([[0.9, 0.1]])[14 * 28 + 14]).toBeGreaterThan(200);
    expect(asMnist([])).toEqual(new Uint8Array(784));
  });

  it("and pixels are moved to the middle by whole pixels", () => {
    const pixels = new Uint8Array(784);
    pixels[3 * 28 + 5] = 200;
    const moved = centred(pixels);
    expect(moved.indexOf(200)).toBe(14 * 28 + 14);
    expect(centred(moved)).toEqual(moved);
  });
});

describe("the text of a drawing", () => {
  it("gives the drawing, to a five-hundredth, and nothing is too odd to be read", () => {
    fc.assert(
      fc.property(strokes, fc.string(), (drawing, text) => {
        const read = parseDrawing(formatDrawing(drawing));
        expect(read.length).toBe(drawing.length);
        for (const [s, stroke] of read.entries()) {
          for (const end of [0, 1]) expect(Math.abs(stroke[end] - drawing[s][end])).toBeLessThan(0.002);
          for (const end of [-1, -2]) expect(Math.abs(stroke.at(end)! - drawing[s].at(end)!)).toBeLessThan(0.002);
        }
        expect(formatDrawing(read)).toBe(formatDrawing(parseDrawing(formatDrawing(read))));
        for (const stroke of parseDrawing(text)) expect(stroke.length % 2).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the model that comes with the page", () => {
  const made = JSON.parse(readFileSync(join(FOLDER, "made.json"), "utf8"));

  it("is the file that its record says", () => {
    expect(sha256(file)).toBe(made.fileSha256);
    expect(weightsSha256(model.network)).toBe(made.weightsSha256);
  });

  it("reads 9 of 10 digits, of each digit, drawn by hand strokes, and all examples of the page", () => {
    for (let digit = 0; digit < 10; digit++) {
      let right = 0;
      for (let variant = 0; variant < 12; variant++) {
        if (best(classifier.classify(asMnist(handStrokes(digit, variant)))) === digit) right++;
      }
      expect(right, `of 12 drawings of ${digit}`).toBeGreaterThanOrEqual(11);
      for (let way = 0; way < 3; way++)
        expect(best(classifier.classify(asMnist(exampleDigit(digit, way))))).toBe(digit);
    }
  });
});

describe("contributions", () => {
  it.each(["relu", "tanh", "gelu"] as const)("of pixels and biases add up to the scores, %s", (activation) => {
    const network = createNetwork({ layers: [30, 8, 7, 4], activation, seed: 5 });
    for (const biases of network.b) biases.set(biases.map((_, j) => (j % 3) / 4 - 0.2));
    const X = Float32Array.from({ length: 30 }, (_, i) => (i % 7) / 7);
    const hidden = [1, 2].map((layer) =>
      classifierOf(toy(network)).activations(
        Uint8Array.from(X, (x) => 255 * x),
        layer,
      ),
    );
    const bytes = Float32Array.from(X, (x) => Math.trunc(255 * x) / 255);
    const scores = predict(networkOf(network.layers, activation, network.parameters, "identity"), bytes).outputs;
    const mean = scores.reduce((sum, z) => sum + z, 0) / 4;
    const { ofInputs, ofBiases } = contributions(network, bytes, hidden);
    for (let k = 0; k < 4; k++) {
      const sum = ofInputs[k].reduce((total, value) => total + value, ofBiases[k]);
      expect(Math.abs(sum - (scores[k] - mean))).toBeLessThan(1e-4);
    }
  });

  const toy = (network: ReturnType<typeof createNetwork>) => ({
    network,
    classes: ["a", "b", "c", "d"],
    preprocessing: {
      columns: Array.from({ length: 30 }, (_, i) => String(i + 1)),
      named: false,
      encoders: [{ kind: "pixels" as const, column: 0, count: 30, factor: 1 / 255 }],
    },
    label: undefined,
  });
});

describe("the nearest digits", () => {
  it("are those of the smallest distances over all blocks, in their order", () => {
    const block = (first: number) => ({
      X: Uint8Array.of(first, first + 1, first + 2),
      labels: [first % 10, (first + 1) % 10, (first + 2) % 10],
      hidden: Float32Array.of(first * 7, 0, (first + 1) * 7, 1, (first + 2) * 7, 2).map((value) => value % 10),
    });
    const blocks = [block(0), block(3), block(6)];
    const hidden = Float32Array.of(4, 1);
    const all = blocks.flatMap(({ labels, hidden: A }, b) =>
      labels.map((label, c) => ({
        index: 3 * b + c,
        label,
        distance: (A[2 * c] - 4) ** 2 + (A[2 * c + 1] - 1) ** 2,
      })),
    );
    const expected = all.sort((a, b) => a.distance - b.distance || a.index - b.index).slice(0, 4);
    expect(nearest(blocks, hidden, 4)).toMatchObject(expected);
    expect(nearest(blocks, hidden, 4)[0].pixels).toEqual(Uint8Array.of(expected[0].index));
  });
});

import * as core from "@scratch-nn/core";
import { beforeEach, describe, expect, it } from "vitest";

/**
 * One step worked out by hand, with numbers chosen so that every intermediate result is a sum of powers of two, hence
 * exact in f32. Two columns, both of class 0:
 *
 *   X  = [1.0625 0.5; 0.4375 0]     W1 = [1 -1; 0.5 0.5]    b1 = [0; -0.5]
 *   Z1 = [0.625 0.5; 0.25 -0.25]    A1 = [0.625 0.5; 0.25 0]
 *   W2 = [1 2; 3 1]  b2 = [1; 0]    Z2 = [2.125 1.5; 2.125 1.5], so A2 is 0.5 everywhere
 *
 *   dZ2 = [-0.5 -0.5; 0.5 0.5]
 *   dW2 = 1/2 dZ2 A1' = [-0.28125 -0.0625; 0.28125 0.0625]   db2 = [-0.5; 0.5]
 *   W2' dZ2 = [1 1; -0.5 -0.5]
 *   dZ1 = [1 1; -0.5 0]
 *   dW1 = 1/2 dZ1 X' = [0.78125 0.21875; -0.265625 -0.109375]   db1 = [1; -0.25]
 */
const X = Float32Array.of(1.0625, 0.4375, 0.5, 0);
const labels = [0, 0];
let network: core.Network;

beforeEach(() => {
  const parameters = Float32Array.of(1, -1, 0.5, 0.5, /* b1 */ 0, -0.5, /* W2 */ 1, 2, 3, 1, /* b2 */ 1, 0);
  network = core.networkOf([2, 2, 2], "relu", parameters);
});

describe("a step worked out by hand", () => {
  it("has the gradient of the pencil, exactly", () => {
    const { W, b, loss } = core.gradientOf(network, { X, labels });
    expect([...W[1]]).toEqual([0.78125, 0.21875, -0.265625, -0.109375]);
    expect([...b[1]]).toEqual([1, -0.25]);
    expect([...W[2]]).toEqual([-0.28125, -0.0625, 0.28125, 0.0625]);
    expect([...b[2]]).toEqual([-0.5, 0.5]);
    expect(loss).toBeCloseTo(Math.LN2, 7);
  });

  it("updates W := W - alpha dW with alpha = 0.5, exactly", () => {
    const result = core.fit(network, { X, labels }, { epochs: 1, learningRate: 0.5 });
    expect([...network.W[1]]).toEqual([0.609375, -1.109375, 0.6328125, 0.5546875]);
    expect([...network.b[1]]).toEqual([-0.5, -0.375]);
    expect([...network.W[2]]).toEqual([1.140625, 2.03125, 2.859375, 0.96875]);
    expect([...network.b[2]]).toEqual([1.25, -0.25]);
    expect(result).toMatchObject({ steps: 1, completed: true });
  });

  it("is the same with the pixels' 1/255 as a scale of a power of two", () => {
    const bytes = Uint8Array.from(X, (x) => 16 * x);
    core.fit(network, { X: bytes, labels, scale: 1 / 16 }, { epochs: 1, learningRate: 0.5 });
    expect([...network.W[1]]).toEqual([0.609375, -1.109375, 0.6328125, 0.5546875]);
    expect([...network.b[2]]).toEqual([1.25, -0.25]);
  });
});

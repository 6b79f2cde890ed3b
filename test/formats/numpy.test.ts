/** Tests files that NumPy reads, and files that it writes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, decodeModel, encodeModel, loadModel, type Model, networkOf, predict } from "@scratch-nn/core";
import { importModel, toNpz, toSafetensors } from "@scratch-nn/formats";
import { describe, expect, it } from "vitest";
import { codeBlocks } from "../support/code-blocks.ts";
import { someExamples } from "../support/examples.ts";
import { hasNumPy, python } from "../support/numpy.ts";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand } from "../support/train-cli.ts";

const numbersIn = (text: string): number[] => text.trim().split(/[\n,]/).map(Number);

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...Array.from(found, (value, i) => Math.abs(value - expected[i])));
}

describe.skipIf(!hasNumPy)("NumPy", () => {
  it("reads npz and safetensors by the lines in docs/formats.md, and gives the same logits within 1e-5", () => {
    const cwd = temporaryFolder();
    const [script] = codeBlocks(readFileSync(join(REPOSITORY, "docs/formats.md"), "utf8"), "python");
    const [inputs, m] = [40, 60];
    const columns = Array.from({ length: inputs }, (_, i) => String(i + 1));
    const model: Model = {
      network: createNetwork({ layers: [inputs, 32, 16, 5], seed: 3 }),
      classes: ["a", "b", "c", "d", "e"],
      preprocessing: {
        columns,
        named: false,
        encoders: [{ kind: "pixels", column: 0, count: inputs, factor: 1 / 255 }],
      },
      label: undefined,
    };
    const { X } = someExamples(inputs, m, 5, "bytes");
    const rows = Array.from({ length: m }, (_, c) => [...X.subarray(c * inputs, (c + 1) * inputs)].join(","));
    writeFileSync(join(cwd, "rows.csv"), `${rows.join("\n")}\n`);
    const { layers, activation, parameters } = model.network;
    const { outputs } = predict(networkOf(layers, activation, parameters, "identity"), X, { scale: 1 / 255 });
    for (const [write, name] of [
      [toNpz, "w.npz"],
      [toSafetensors, "w.safetensors"],
    ] as const) {
      writeFileSync(join(cwd, name), write(model));
      const logits = numbersIn(python(script, [name, "rows.csv"], cwd));
      expect(largestDifference(logits, outputs)).toBeLessThan(1e-5);
      expect(Math.max(...outputs.map(Math.abs))).toBeGreaterThan(0.1);
    }
  });

  it("writes a state dict of PyTorch's, Keras' kernels and arrays of any order, which import takes and predict runs", async () => {
    const cwd = temporaryFolder();
    python(WRITES, [], cwd);
    const expected = numbersIn(readFileSync(join(cwd, "probabilities.csv"), "utf8"));
    const rows = readFileSync(join(cwd, "rows.csv"), "utf8").trim().split("\n").slice(1);
    const settings = { activation: "tanh", columns: ["a", "b", "c", "d"], center: [0.5], spread: [2] } as const;
    for (const file of ["torch.safetensors", "keras.npz", "named.npz", "mixed.npz"]) {
      const { model } = importModel(readFileSync(join(cwd, file)), file, settings);
      const { probabilities } = loadModel(encodeModel(model)).predict(rows.map((row) => row.split(",")));
      expect(largestDifference(probabilities, expected), file).toBeLessThan(1e-6);
    }

    const flags = "--activation tanh --columns a,b,c,d --classes x,y,z --center 0.5 --spread 2".split(" ");
    const args = ["import", "torch.safetensors", ...flags, "--out", "model.safetensors", "--json"];
    const { code, stdout } = await runCommand(args, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      networks: [{ layers: [4, 6, 3], activation: "tanh" }],
      output: "softmax",
      notes: [
        'layers in the order "0", "2"; --layers says otherwise',
        "the output is taken for a softmax over classes; --output says otherwise",
      ],
    });
    const predicted = await runCommand(["predict", "model.safetensors", "--data", "rows.csv", "--proba", ...ALONE], {
      cwd,
    });
    const [head, ...lines] = predicted.stdout.trim().split("\n");
    expect(head).toBe("prediction,probability_x,probability_y,probability_z");
    const printed = numbersIn(lines.map((line) => line.slice(2)).join("\n"));
    expect(largestDifference(printed, expected)).toBeLessThan(1e-6);
  });
});

/**
 * Writes files with NumPy. It writes safetensors by hand, in the layout of torch's save_file: tensors sorted by name.
 */
const WRITES = `
import json, numpy as np
random = np.random.default_rng(5)
W1, b1, W2, b2 = (random.normal(size=size).astype("<f4") for size in [(6, 4), 6, (3, 6), 3])
state, header, data = {"0.bias": b1, "0.weight": W1, "2.bias": b2, "2.weight": W2}, {"__metadata__": {"format": "pt"}}, b""
for name, array in state.items():
    header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), len(data) + array.nbytes]}
    data += array.tobytes()
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
open("torch.safetensors", "wb").write(len(text).to_bytes(8, "little") + text + data)
np.savez("keras.npz", W1.T, b1, W2.T, b2)
np.savez("named.npz", **{"sequential/dense_1/kernel": W2.T, "sequential/dense_1/bias": b2, "sequential/dense/kernel": W1.T, "sequential/dense/bias": b1})
np.savez_compressed("mixed.npz", W1=np.asfortranarray(W1.astype(">f8")), b1=b1.astype(">f4"), W2=W2, b2=b2.reshape(3, 1))
X = random.normal(size=(20, 4)).round(3)
np.savetxt("rows.csv", X, "%.3f", delimiter=",", header="a,b,c,d", comments="")
Z = np.tanh((X - 0.5) / 2 @ W1.T + b1) @ W2.T + b2
P = np.exp(Z - Z.max(1, keepdims=True))
np.savetxt("probabilities.csv", P / P.sum(1, keepdims=True), "%.9g", delimiter=",")
`;

it("import writes whole files, over nothing that is there, and says what it takes", async () => {
  const cwd = temporaryFolder();
  const model = {
    network: createNetwork({ layers: [3, 4, 2] }),
    classes: ["u", "v"],
    label: "l",
    preprocessing: PIXELS,
  };
  const whole = encodeModel(model);
  writeFileSync(join(cwd, "w.safetensors"), toSafetensors(model));
  const args = ["import", "w.safetensors", "--out", "m.safetensors"];
  const first = await runCommand(args, { cwd });
  expect([first.code, first.stderr]).toEqual([0, "note: w.safetensors was written here, and says the whole model\n"]);
  expect(first.stdout).toMatch(/network +3-4-2, relu\noutput +softmax\nclasses +u, v\nsaved in +m\.safetensors/);
  expect(decodeModel(readFileSync(join(cwd, "m.safetensors")))).toEqual(decodeModel(whole));
  const again = await runCommand(args, { cwd });
  expect([again.code, again.stdout]).toEqual([2, ""]);
  expect(again.stderr).toMatch(/^error: --out: expected a new file, found m\.safetensors, which is there already/);
  const none = await runCommand(["import", "none.npz", "--out", "x"], { cwd });
  expect([none.code, none.stdout]).toEqual([2, ""]);
  expect(none.stderr).toMatch(
    /^error: none\.npz: expected a file of weights, safetensors or npz, found nothing that can be read \(ENOENT\)/,
  );
});

const PIXELS = {
  columns: ["1", "2", "3"],
  named: false,
  encoders: [{ kind: "pixels", column: 0, count: 3, factor: 1 }],
} as const;

import { once } from "node:events";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeModel, type Model } from "@scratch-nn/core";
import { toOnnx } from "@scratch-nn/formats";
import { expect, it } from "vitest";
import { untrained } from "../support/every-encoder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand } from "../support/train-cli.ts";

/** A model of 16 MB, which takes a while to write. */
const model: Model = {
  network: untrained([784, 4096, 256, 10]),
  classes: Array.from("0123456789"),
  preprocessing: {
    columns: Array.from({ length: 784 }, (_, i) => String(i + 1)),
    named: false,
    encoders: [{ kind: "pixels", column: 0, count: 784, factor: 1 / 255 }],
  },
  label: undefined,
};

it("an export that is killed once it writes leaves no file, or the whole one, and the next writes it", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "model.safetensors"), encodeModel(model));
  const args = ["export", ".", "--format", "onnx"];
  const { signal } = await runCommand(args, {
    cwd,
    onStart: async (child) => {
      const folder = watch(cwd);
      await Promise.race([once(folder, "change"), once(child, "close")]);
      folder.close();
      child.kill("SIGKILL");
    },
  });
  expect(signal).toBe("SIGKILL");
  const path = join(cwd, "model.onnx");
  const bytes = toOnnx(model);
  if (existsSync(path)) expect(readFileSync(path).equals(bytes)).toBe(true);
  expect((await runCommand([...args, "--force"], { cwd })).code).toBe(0);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

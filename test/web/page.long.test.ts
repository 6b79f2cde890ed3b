import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { decodeModel } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import { classifierOf } from "@scratch-nn/web";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROWSER } from "../support/browser.ts";
import { handStrokes } from "../support/hand-strokes.ts";
import { MNIST_FOLDER } from "../support/mnist.ts";
import { REPOSITORY } from "../support/packed.ts";
import { launch, open, SITE, type Site, serveSite } from "../support/site.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand, trainJson } from "../support/train-cli.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the tests of the page are skipped\n");

const MODEL = join(REPOSITORY, "packages/web/model/model.safetensors");

describe("the static build", () => {
  const files = (): string[] =>
    readdirSync(SITE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it("is below 300 kB compressed, its model included", () => {
    const bytes = files().reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
    expect(files().length).toBeGreaterThan(5);
    expect(bytes).toBeLessThan(300_000);
  });

  it("has nothing inline, says so in its policy, and names no other host", () => {
    const html = readFileSync(join(SITE, "index.html"), "utf8").replaceAll("&#39;", "'");
    expect(html).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(html).toContain("style-src 'self'");
    expect(html).not.toMatch(/<style|<script(?![^>]* src=)| style=| on[a-z]+=/);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe.runIf(BROWSER)("the page in headless Chromium", () => {
  let browser: Browser;
  let site: Site;
  let plain: Site;

  beforeAll(async () => {
    [browser, site, plain] = await Promise.all([launch(), serveSite(SITE, true), serveSite(SITE, false)]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    plain?.close();
  });

  it("reads a digit drawn by mouse, undoes, clears, is used by keyboard, and keeps the drawing in its address", async () => {
    const { page, complaints } = await open(browser, site, "#/draw");
    const answer = (text: string) => page.locator("#answer", { hasText: new RegExp(`^${text}$`) }).waitFor();
    const pad = (await page.locator(".pad canvas").boundingBox())!;
    const draw = async (digit: number): Promise<void> => {
      for (const stroke of handStrokes(digit, 1)) {
        for (let i = 0; i < stroke.length; i += 2) {
          await page.mouse.move(pad.x + stroke[i] * pad.width, pad.y + stroke[i + 1] * pad.height);
          if (i === 0) await page.mouse.down();
        }
        await page.mouse.up();
      }
    };
    await draw(5);
    await answer("It reads 5");
    // The text for screen readers changes once the pen is lifted; then the address contains the whole drawing.
    await page.locator("[aria-live=polite]", { hasText: "The network reads 5" }).waitFor({ state: "attached" });
    await page.reload();
    await answer("It reads 5");

    await page.getByRole("button", { name: "Clear" }).click();
    await answer("Nothing drawn yet");
    await page.locator(".pad canvas").press("7");
    await answer("It reads 7");
    await page.locator(".pad canvas").press("Delete");
    await page.getByRole("button", { name: "Example of a 2" }).press("Enter");
    await answer("It reads 2");
    await page.locator(".nearest li").nth(11).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  /**
   * Trains with the address's options. @returns the weights' hash, and the arguments of the command line that the page
   * shows
   */
  async function trainIn(page: Page): Promise<{ readonly sha256: string; readonly args: string[] }> {
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.locator("#weights-sha256").waitFor();
    const command = (await page.locator(".command").textContent())!;
    return {
      sha256: (await page.locator("#weights-sha256").textContent())!,
      args: command.split(" train ")[1].split(" "),
    };
  }

  it("trains to the command line's bits: digits, on one thread and on three", async () => {
    const settings = "examples=600&hidden=20,10&activation=tanh&epochs=5&seed=9&batchSize=50";
    const one = await open(browser, plain, `#/train?${settings}&workers=3`);
    expect(await one.page.evaluate("crossOriginIsolated")).toBe(false);
    const three = await open(browser, site, `#/train?${settings}&workers=3`);
    const alone = await trainIn(one.page);
    const together = await trainIn(three.page);
    await three.page.getByText("on 3 threads").waitFor();
    const expected = await trainJson(together.args, { cwd: temporaryFolder() });
    expect(together.sha256).toBe(expected.weightsSha256);
    expect(alone.sha256).toBe(expected.weightsSha256);

    // The drawing view uses the trained network.
    await three.page.getByRole("button", { name: "Draw with this network" }).click();
    await three.page.locator("#answer").waitFor();
    expect([...one.complaints, ...three.complaints]).toEqual([]);
    await Promise.all([one.page.close(), three.page.close()]);
  });

  it("learns a quantity to the command line's bits and figures, on two threads", async () => {
    const cwd = temporaryFolder();
    const row = (r: number): (string | number)[] => [r % 11, r % 3 ? "Oslo" : "Rome", 50.5 + 3 * (r % 11) + (r % 3)];
    writeFileSync(join(cwd, "mine.csv"), tableOf("rooms,city,price", 90, row));
    const { page, complaints } = await open(
      browser,
      site,
      "#/train?data=table&label=price&epochs=30&batchSize=16&workers=2",
    );
    await page.setInputFiles("input[type=file]", join(cwd, "mine.csv"));
    const { sha256, args } = await trainIn(page);
    const expected = await trainJson(args, { cwd });
    expect(sha256).toBe(expected.weightsSha256);
    const { testR2, testRmse } = expected as unknown as Record<"testR2" | "testRmse", number>;
    const headline = `R2 ${testR2.toFixed(4)}, RMSE ${testRmse.toPrecision(4)}, MAE`;
    expect(await page.getByRole("heading", { name: /^R2/ }).textContent()).toContain(headline);
    expect(await page.getByRole("img", { name: /accuracy by epoch/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("trains on a table dropped on it, to the command line's bits, with a pause on the way", async () => {
    const cwd = temporaryFolder();
    const row = (r: number): (string | number)[] => [
      r % 9 === 0 ? "" : (r * 7) % 50,
      r % 3 ? "Oslo" : '"Rome, ""IT"""',
      `2024-0${1 + (r % 9)}-1${r % 7}`,
      r % 7 < 3 ? "yes" : "no",
    ];
    writeFileSync(join(cwd, "mine.csv"), tableOf("age,city,joined,churned", 150, row));
    const { page, complaints } = await open(browser, plain, "#/train?data=table&epochs=40&batchSize=16");
    expect(await page.getByRole("button", { name: "Train", exact: true }).isDisabled()).toBe(true);
    await page.setInputFiles("input[type=file]", join(cwd, "mine.csv"));
    const { sha256, args } = await trainIn(page);
    expect(sha256).toBe((await trainJson(args, { cwd })).weightsSha256);

    // Trains another network, which is paused, resumed and stopped, then the first one again. The other one is too
    // large for any machine to finish before it is paused.
    await page.getByLabel("Hidden units").fill("512,512");
    await page.getByLabel("Epochs").fill("5000");
    await page.getByRole("button", { name: "Train again" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Go on" }).waitFor();
    // The training continues where it was after a visit to another view.
    await page.getByRole("link", { name: "Draw", exact: true }).click();
    await page.locator("#answer").waitFor();
    await page.getByRole("link", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "One epoch" }).click();
    await page.getByText("· paused").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByLabel("Hidden units").fill("32");
    await page.getByLabel("Epochs").fill("40");
    expect((await trainIn(page)).sha256).toBe(sha256);
    expect(await page.evaluate("location.hash")).toContain("epochs=40");

    // A file dropped outside its area, and larger than the page accepts, does not make the browser leave the page.
    const isTaken = await page.evaluate(
      `const large = new File(["a,b"], "large.csv");
       Object.defineProperty(large, "size", { value: 3e9 });
       const drop = new DragEvent("drop", { bubbles: true, cancelable: true });
       Object.defineProperty(drop, "dataTransfer", { value: { files: [large] } });
       !document.querySelector("h1").dispatchEvent(drop)`,
    );
    expect(isTaken).toBe(true);
    await page.getByRole("alert").filter({ hasText: "large.csv has 2,862 MB" }).waitFor();

    await page.setInputFiles("input[type=file]", {
      name: "bad.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("a,b\n1,2\n3\n"),
    });
    await page.getByRole("button", { name: "Train again" }).click();
    await page.getByRole("alert").filter({ hasText: "bad.csv:3" }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(["#/draw", "#/train?epochs=2&examples=200"])(
    "has nothing that axe finds serious, light and dark: %s",
    async (hash) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const { page, complaints } = await open(browser, site, hash, {
          colorScheme,
          viewport: { width: 360, height: 800 },
          bypassCSP: true,
        });
        await page.locator("#answer, form").first().waitFor();
        if (hash.includes("train")) await trainIn(page);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
        await page.evaluate(axe.source);
        const violations = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as {
          readonly id: string;
          readonly impact: string;
          readonly nodes: readonly { readonly html: string }[];
        }[];
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      }
    },
  );
});

describe.runIf(MNIST_FOLDER)("MNIST's test images as pixels", () => {
  it("are the classes that predict writes, and nearly all of them right", async () => {
    const { X, labels, test } = await openDataset(MNIST_FOLDER!);
    const classifier = classifierOf(decodeModel(readFileSync(MODEL)));
    const images = Array.from(
      test.subarray(0, 200),
      (column) => X.subarray(784 * column, 784 * (column + 1)) as Uint8Array,
    );
    const found = images.map((pixels) => {
      const probabilities = classifier.classify(pixels);
      return classifier.classes[probabilities.indexOf(Math.max(...probabilities))];
    });
    const cwd = temporaryFolder();
    const header = Array.from({ length: 784 }, (_, i) => `pixel${i}`).join();
    writeFileSync(join(cwd, "images.csv"), `${header}\n${images.map((pixels) => pixels.join()).join("\n")}\n`);
    const { stdout } = await runCommand(["predict", MODEL, "--data", "images.csv"], { cwd });
    expect(stdout.trim().split("\n").slice(1)).toEqual(found);
    const right = found.filter((name, i) => name === String(labels[test[i]])).length;
    expect(right).toBeGreaterThan(190);
  });
});

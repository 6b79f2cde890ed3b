import type { ChildProcess } from "node:child_process";
import type { RunState } from "@scratch-nn/server/protocol";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { BROWSER, openBrowser, watchPage } from "../support/browser.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { addressOf, runCommand, trainJson } from "../support/train-cli.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the test of the live page is skipped\n");

const JOB = ["--examples", "600", "--hidden", "12", "--lr", "0.3"];

/** The number in a tile. */
const figure = async (page: Page, name: string): Promise<number> => {
  const text = await page.locator(".tile", { hasText: name }).first().locator("strong").textContent();
  return Number.parseFloat(text!.replaceAll(",", ""));
};

/** Waits until this many epochs have ended. */
const untilEpoch = (page: Page, epoch: number): Promise<void> =>
  expect.poll(() => figure(page, "epoch"), { timeout: 600_000 }).toBeGreaterThanOrEqual(epoch);

interface Stop {
  readonly epochs: number;
  readonly hash: string;
}

/** Stops the run. @returns the number of epochs, and the hash of its weights */
async function stopAndSave(page: Page): Promise<Stop> {
  await page.getByRole("button", { name: "Stop and save" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  const hash = await page.locator("[data-hash]").textContent();
  return { epochs: await figure(page, "epoch"), hash: hash! };
}

describe.runIf(BROWSER)("the live page, in Chromium", () => {
  it("shows a run, kills a worker, is loaded again, stops the run, reads a drawn digit by its weights, finds it in another process and lets it go on, to the bits of an undisturbed one", async () => {
    const cwd = temporaryFolder();
    const browser = await openBrowser();
    const page = await browser.newPage();
    /** Starts a process that serves the page until the visit ends. */
    const during = (args: readonly string[], visit: (address: string) => Promise<Stop[]>) => {
      let stops: Stop[] = [];
      const onStart = async (child: ChildProcess): Promise<void> => {
        try {
          stops = await visit(await addressOf(child));
        } finally {
          child.kill("SIGINT");
        }
      };
      return runCommand(args, { cwd, onStart }).then((finished) => ({ ...finished, stops }));
    };
    const job = ["train", ...JOB, "--epochs", "1000000", "--workers", "2", "--out", "run", "--no-report"];
    const trained = await during([...job, "--ui", "--json"], async (address) => visit(page, address));
    expect(trained.code, trained.stderr).toBe(0);
    const printed = trained.stdout.trim().split("\n");
    const hashes = printed.map((line) => (JSON.parse(line) as { weightsSha256: string }).weightsSha256);
    expect(hashes).toEqual(trained.stops.map(({ hash }) => hash));

    // The page is still open.
    await page.getByText("not connected").waitFor();
    const shown = await during(["ui", "run"], async (address) => {
      expect(page.url()).toContain(address);
      await page.getByRole("button", { name: "Go on" }).click();
      await untilEpoch(page, trained.stops[1].epochs + 5);
      return [await stopAndSave(page)];
    });
    expect(shown.code, shown.stderr).toBe(0);
    const epochs = [...trained.stops, ...shown.stops].map((stop) => stop.epochs);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    const [{ epochs: last, hash }] = shown.stops;
    // A step of this job is an epoch, so the run stopped at the end of an epoch.
    const undisturbed = await trainJson([...JOB, "--epochs", String(last), "--workers", "0", "--no-report"], { cwd });
    expect(hash).toBe(undisturbed.weightsSha256);
  });
});

async function visit(page: Page, address: string): Promise<Stop[]> {
  const check = watchPage(page, address);
  await page.goto(address);
  await page.getByRole("heading", { name: "digits" }).waitFor();

  // The curves, lanes, weights and confusion matrix change.
  const pictures = [page.getByRole("img", { name: /^Loss by epoch/ }), page.getByRole("img", { name: /^Step/ })];
  const before = await Promise.all(pictures.map((picture) => picture.getAttribute("aria-label")));
  await untilEpoch(page, (await figure(page, "epoch")) + 5);
  for (const [i, picture] of pictures.entries()) {
    await expect.poll(() => picture.getAttribute("aria-label"), { timeout: 600_000 }).not.toBe(before[i]);
  }
  await page.getByRole("img", { name: /^Weights of 12 units/ }).waitFor();
  await page.locator("table.confusion").waitFor();

  await page.getByRole("button", { name: "Kill worker 1" }).click();
  const loss = page
    .locator(".workers")
    .getByText(/Worker 1 was lost in step \d of epoch \d+\. All computed that step again/);
  await loss.waitFor();
  await page.locator(".again").waitFor();

  await leaveUnseen(page, address);
  await page.reload();
  await loss.waitFor();
  expect(await figure(page, "epoch")).toBeGreaterThan(5);

  // By this epoch, the network reads digits.
  await untilEpoch(page, 60);
  const first = await stopAndSave(page);
  await page.getByRole("link", { name: "Draw" }).click();
  await drawZero(page);
  await page.getByRole("heading", { name: "It reads 0" }).waitFor();
  await page.getByText("The network of the run").waitFor();
  await page.getByRole("link", { name: "Live" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await untilEpoch(page, first.epochs + 5);
  const second = await stopAndSave(page);

  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    // A chart takes its new width in the next frame.
    const widest = () => page.evaluate<number>("document.documentElement.scrollWidth");
    await expect.poll(widest, { timeout: 600_000 }).toBeLessThanOrEqual(width);
  }
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual(
    [],
  );
  check();
  return [first, second];
}

/**
 * Expects a hidden tab to receive nothing, so that more tabs can be open than a browser has connections. Expects the
 * tab to continue once it is visible.
 */
async function leaveUnseen(page: Page, address: string): Promise<void> {
  const hide = (isHidden: boolean): Promise<unknown> =>
    page.evaluate(
      `Object.defineProperty(document, "hidden", { configurable: true, value: ${isHidden} });
       document.dispatchEvent(new Event("visibilitychange"))`,
    );
  await hide(true);
  const seen = await figure(page, "epoch");
  const isOn = async (): Promise<number> => {
    const response = await page.request.get(`${address}api/state`);
    return ((await response.json()) as RunState).curves.last!.epoch;
  };
  await expect.poll(isOn, { timeout: 600_000 }).toBeGreaterThan(seen + 5);
  expect(await figure(page, "epoch")).toBe(seen);
  await hide(false);
  await untilEpoch(page, seen + 6);
}

/** Draws a 0 with the mouse. */
async function drawZero(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Clear" }).click();
  const { x, y, width, height } = (await page.locator(".pad canvas").boundingBox())!;
  const points = Array.from({ length: 25 }, (_, i) => {
    const turn = (i / 24) * 2 * Math.PI;
    return [x + (0.5 - 0.2 * Math.sin(turn)) * width, y + (0.5 - 0.32 * Math.cos(turn)) * height] as const;
  });
  await page.mouse.move(...points[0]);
  await page.mouse.down();
  for (const point of points) await page.mouse.move(...point);
  await page.mouse.up();
}

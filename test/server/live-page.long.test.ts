import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { BROWSER, openBrowser, watchPage } from "../support/browser.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { addressOf, train, trainJson } from "../support/train-cli.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the test of the live page is skipped\n");

const JOB = ["--examples", "600", "--hidden", "12"];

/** The figure of a tile. */
const figure = async (page: Page, name: string): Promise<number> => {
  const text = await page.locator(".tile", { hasText: name }).first().locator("strong").textContent();
  return Number.parseFloat(text!.replaceAll(",", ""));
};

/** Waits until so many epochs are done. */
const untilEpoch = (page: Page, epoch: number): Promise<void> =>
  expect.poll(() => figure(page, "epoch"), { timeout: 600_000 }).toBeGreaterThanOrEqual(epoch);

/** Stops the run. @returns the epochs that are done, and the hash of its weights */
async function stopAndSave(page: Page): Promise<{ readonly epochs: number; readonly hash: string }> {
  await page.getByRole("button", { name: "Stop and save" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  const hash = await page.locator("[data-hash]").textContent();
  return { epochs: await figure(page, "epoch"), hash: hash! };
}

describe.runIf(BROWSER)("the live page, in Chromium", () => {
  it("shows a run, kills a worker, is loaded again, stops the run and lets it go on, to the bits of an undisturbed one", async () => {
    const cwd = temporaryFolder();
    let stopped: Awaited<ReturnType<typeof stopAndSave>>[] = [];
    const finished = await train([...JOB, "--epochs", "1000000", "--workers", "2", "--out", "run", "--ui", "--json"], {
      cwd,
      onStart: async (child) => {
        const address = await addressOf(child);
        try {
          stopped = await visit(address);
        } finally {
          child.kill("SIGINT");
        }
      },
    });
    expect(finished.code, finished.stderr).toBe(0);
    const [first, second] = stopped;
    expect(second.epochs).toBeGreaterThan(first.epochs);
    // A step is an epoch of this job, so that it stopped at the end of one.
    const undisturbed = await trainJson([...JOB, "--epochs", String(second.epochs), "--workers", "0"], { cwd });
    expect(second.hash).toBe(undisturbed.weightsSha256);
    const printed = finished.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { weightsSha256: string });
    expect(printed.map(({ weightsSha256 }) => weightsSha256)).toEqual([first.hash, second.hash]);
  });
});

async function visit(address: string): Promise<Awaited<ReturnType<typeof stopAndSave>>[]> {
  const browser = await openBrowser();
  const page = await browser.newPage();
  const check = watchPage(page, address);
  await page.goto(address);
  await page.getByRole("heading", { name: "digits" }).waitFor();

  // Curves, lanes, weights and confusion move.
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

  await page.reload();
  await loss.waitFor();
  expect(await figure(page, "epoch")).toBeGreaterThan(5);

  const first = await stopAndSave(page);
  await page.getByRole("button", { name: "Go on" }).click();
  await untilEpoch(page, first.epochs + 5);
  const second = await stopAndSave(page);

  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth"), `${width}`).toBeLessThanOrEqual(width);
  }
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual(
    [],
  );
  check();
  return [first, second];
}

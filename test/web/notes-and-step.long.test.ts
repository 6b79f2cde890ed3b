import {
  bitsOf,
  DEFAULTS,
  flowersProblem,
  framesOf,
  momentOf,
  networkAfter,
  numbersOf,
  type SymbolName,
  scheduleOf,
  sumsByWorkers,
} from "@scratch-nn/web";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROWSER } from "../support/browser.ts";
import { launch, open, SITE, type Site, serveSite } from "../support/site.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the tests of the page are skipped\n");

const button = (page: Page, name: RegExp | string) => page.getByRole("button", { name });

/**
 * Opens a view and uses it. Then expects no requests to other servers, no complaints, no overflow, and no serious
 * violation found by axe.
 */
async function view(browser: Browser, site: Site, hash: string, use: (page: Page) => Promise<void>): Promise<void> {
  // axe is an injected script, which the page's own policy forbids.
  const { page, complaints } = await open(browser, site, hash, { bypassCSP: true, reducedMotion: "reduce" });
  await use(page);
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth"), `${width}`).toBeLessThanOrEqual(width);
  }
  await page.evaluate(axe.source);
  // axe checks all rules in the light scheme, and only the contrast in the dark one.
  for (const [colorScheme, rules] of [
    ["light", ""],
    ["dark", "document, { runOnly: ['color-contrast'] }"],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${rules})`);
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id} ${nodes[0].html}`)).toEqual([]);
  }
  expect(complaints).toEqual([]);
  await page.close();
}

/** The numbers of the first matrix with this name, with all digits, as the page has them. */
const shown = (page: Page, name: SymbolName): Promise<number[]> =>
  page
    .locator(`table[aria-label^="${name}:"]`)
    .first()
    .locator("td")
    .evaluateAll((cells) => cells.map((cell) => Number((cell as { title?: string }).title)));

describe.runIf(BROWSER)("the notes and the step, in Chromium", () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), serveSite(SITE, false)]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  it("show core's numbers, step, go back to the same bits, and are usable by whom they are for", async () => {
    const problem = flowersProblem();
    const settings = { example: 0, label: 0, all: false, alpha: problem.alpha };

    await view(browser, site, "#/notes", async (page) => {
      await page.getByText("After 0 steps it says").waitFor();
      for (let step = 0; step < 3; step++) await button(page, /^Step/).click();
      await page.getByText("After 3 steps it says").waitFor();
      const { matrices } = momentOf(
        problem,
        networkAfter(problem, problem.seed, [{ ...settings, steps: 3 }]),
        settings,
      );
      for (const name of ["W1", "Z1", "A2", "dZ1", "dW2", "db1"] as const) {
        expect(await shown(page, name), name).toEqual(Array.from(matrices[name].numbers));
      }
      await button(page, /Back/).press("Enter");
      await page.getByText(/^2 steps computed again from seed 8 in \d+ ms: the same bits as before/).waitFor();

      // Pointing at a symbol, with the mouse or the keyboard, highlights it in all places.
      await page.locator("button.symbol").filter({ hasText: "derivative by W2" }).first().hover();
      expect(await page.locator("table.lit").count()).toBe(2);
      expect(await page.locator(".edges .lit line").count()).toBe(12);
      await page.locator("button.symbol").filter({ hasText: "probabilities" }).first().focus();
      expect(await page.locator(".unit.class.lit").count()).toBe(3);
      await button(page, /^class|versicolor/)
        .first()
        .press("Enter");
      await page.getByRole("heading", { name: "Class “versicolor”, written out" }).waitFor();

      // The address contains the whole state.
      await page.getByLabel("α, the learning rate").press("ArrowRight");
      await page.getByLabel("all 30").check();
      await button(page, /^Step/).click();
      await page.reload();
      await page.getByText("After 3 steps it says").waitFor();
      expect(page.url()).toContain("course=2s0.05e0y0-1s0.1e0y0a");

      await button(page, /^Run/).click();
      await page.getByText(/After [5-9] steps it says/).waitFor();
      await button(page, "Pause").click();

      await button(page, /^Ten digits/).click();
      await page.getByText("After 0 steps it says").waitFor();
      await button(page, /^Step/).click();
      await page.getByText("After 1 step it says").waitFor();
      await page.getByRole("combobox", { name: "Right answer" }).selectOption("7");
      expect(page.url()).toContain("y=7");
    });

    await view(browser, site, "#/step", async (page) => {
      const { plan, nodes } = numbersOf(DEFAULTS);
      const frames = framesOf(DEFAULTS, plan, scheduleOf(DEFAULTS, plan.tasks, plan.threads), nodes);
      for (const [at, { title, words }] of frames.entries()) {
        if (at > 0) await button(page, /^Forward/).click();
        expect(await page.getByRole("status").textContent()).toBe(title + words);
      }
      expect(await button(page, /^Forward/).isDisabled()).toBe(true);
      await button(page, /Back/).press("Enter");
      expect(await page.getByRole("status").textContent()).toContain(frames.at(-2)!.title);
      // The sums have the bits of any number of threads, in the browser as in Node.
      await page.getByLabel("m times").selectOption("5");
      const rows = page.locator(".bits tbody tr");
      const byTree = await rows.locator("td:first-of-type").allTextContents();
      expect(byTree.slice(0, 8)).toEqual(sumsByWorkers(DEFAULTS).map((sum) => bitsOf(sum[5])));
      await page.getByRole("slider", { name: /^Shards/ }).press("ArrowRight");
      expect(page.url()).toContain("shards=9");
    });
  });
});

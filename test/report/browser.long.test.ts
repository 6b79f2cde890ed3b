import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderReport } from "@scratch-nn/report";
import axe, { type AxeResults } from "axe-core";
import { describe, expect, it } from "vitest";
import { BROWSER, openBrowser, watchPage } from "../support/browser.ts";
import { hostileReport } from "../support/report-records.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the test of the report is skipped\n");

const WIDTHS = [360, 768, 1440];

describe.runIf(BROWSER)("a report, in Chromium,", () => {
  it("makes no error and no request, runs over no edge, and has nothing that axe finds serious, in light and dark", async () => {
    const cwd = temporaryFolder();
    const { code } = await train(
      ["--examples", "600", "--epochs", "30", "--validation-fraction", "0.2", "--workers", "2", "--out", "run"],
      {
        cwd,
        report: true,
      },
    );
    expect(code).toBe(0);
    const { threads, ...hostile } = hostileReport(21, 10, 20);
    writeFileSync(join(cwd, "hostile.html"), renderReport({ ...hostile, threads: threads!.slice(0, 3) }));
    const browser = await openBrowser();
    for (const [path, ...schemes] of [
      ["run/report.html", "light", "dark"],
      ["hostile.html", "dark"],
    ] as const) {
      const address = `file://${join(cwd, path)}`;
      for (const colorScheme of schemes) {
        // axe is an injected script, which the page's own policy forbids.
        const context = await browser.newContext({ colorScheme, bypassCSP: true });
        const page = await context.newPage();
        const watched = watchPage(page, address);
        await page.goto(address);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const wanted = await page.evaluate<number>("document.documentElement.scrollWidth");
          expect({ path, colorScheme, width, wanted }).toEqual({ path, colorScheme, width, wanted: width });
        }
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => `${path}, ${colorScheme}: ${id}: ${nodes[0].html}`)).toEqual([]);
        watched();
        await context.close();
      }
    }
  });

  it("lets no script run, wherever one stands", async () => {
    const path = join(temporaryFolder(), "evil.html");
    writeFileSync(
      path,
      renderReport(hostileReport(8, 8, 8)).replace("</main>", "<script>document.title = 'evil'</script></main>"),
    );
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`file://${path}`);
    expect(await page.title()).not.toBe("evil");
  });

  it("can be walked through by keys, from the link that skips to the results", async () => {
    const path = join(temporaryFolder(), "page.html");
    writeFileSync(path, renderReport(hostileReport(8, 8, 8)));
    const page = await (await openBrowser()).newPage();
    await page.goto(`file://${path}`);
    await page.keyboard.press("Tab");
    const focused = (): Promise<string> => page.evaluate("document.activeElement.outerHTML.slice(0, 40)");
    expect(await focused()).toContain('class="skip"');
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    // The first interactive element after the link.
    expect(await focused()).toMatch(/^<summary/);
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open]").count()).toBe(1);
  });
});

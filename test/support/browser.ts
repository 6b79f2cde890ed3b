/** The system's Chromium, driven by Playwright; the tests that need it are skipped, and say so, where there is none. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

export const BROWSER = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => process.env["PATH"]!.split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: BROWSER!, args: ["--no-sandbox", "--disable-gpu"] });
  onTestFinished(() => browser.close());
  return browser;
}

/** What a page must not do: complain, fail, or ask anybody else. @returns checks it, in the end */
export function watchPage(page: Page, own: string): () => void {
  const [complaints, foreign]: [string[], string[]] = [[], []];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(own) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  return () => {
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  };
}

/**
 * Drives the system's Chromium with Playwright. Without a Chromium, the tests that need it are skipped with a message.
 */
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

/** Watches a page for errors, warnings, and requests to other servers. @returns a function that expects none */
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

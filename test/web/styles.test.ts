import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { REPOSITORY } from "../support/packed.ts";

const SOURCE = join(REPOSITORY, "packages/web/src");
/** The class of each view's root element. */
const ROOTS = { draw: "draw", live: "live", notes: "notes", step: "step-view", train: "train" };

// A view's styles remain in the page when another view is opened, so they must not affect it.
it.each(Object.entries(ROOTS))("the styles of %s hold in its view alone", (room, root) => {
  const sheets = readdirSync(join(SOURCE, room)).filter((name) => name.endsWith(".css"));
  const text = sheets.map((name) => readFileSync(join(SOURCE, room, name), "utf8")).join("\n");
  const selectors = Array.from(text.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{};]+)\{/g), ([, before]) =>
    before.trim(),
  )
    .filter((before) => !/^(@|from|to|\d+%)/.test(before))
    .flatMap((before) => before.split(/,(?![^()]*\))/));
  const own = new RegExp(`^(:where\\(\\.${root}\\) |\\.${root}(?![\\w-]))`);
  expect(selectors.length).toBeGreaterThan(10);
  expect(selectors.filter((selector) => !own.test(selector.trim()))).toEqual([]);
});

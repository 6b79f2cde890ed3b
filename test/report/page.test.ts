import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRawImages } from "@scratch-nn/data";
import { contrastOfHeat, type Picture, pictureUri, renderReport, thinned, ticksBetween } from "@scratch-nn/report";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classesFindings, HOSTILE, hostileReport, reportOf } from "../support/report-records.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The names of all opening tags, without their attributes. */
function tagsOf(page: string): string[] {
  return Array.from(page.matchAll(/<([a-z][a-z0-9]*)/g), ([, name]) => name);
}

/**
 * Matches opening and closing tags, in order, without void elements. @returns the tags left open, and the first
 * mismatch
 */
function nestingOf(page: string): { readonly left: readonly string[]; readonly wrong: string | undefined } {
  const VOID = new Set(["meta", "link", "img", "br"]);
  const open: string[] = [];
  for (const [, end, name, self] of page
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (VOID.has(name) || self === "/") continue;
    if (end === "") open.push(name);
    else if (open.pop() !== name) return { left: open, wrong: name };
  }
  return { left: open, wrong: undefined };
}

describe("a report", () => {
  it("is well nested, has every section, and its own links lead somewhere", () => {
    const page = renderReport(hostileReport(12, 8, 50));
    expect(nestingOf(page)).toEqual({ left: [], wrong: undefined });
    const ids = Array.from(page.matchAll(/ id="([a-z-]+)"/g), ([, id]) => id);
    const links = Array.from(page.matchAll(/href="#([a-z]+)"/g), ([, id]) => id);
    expect(links).toEqual(["main", "curves", "classes", "calibration", "mistakes", "contributions", "threads", "run"]);
    for (const link of links) expect(ids).toContain(link);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("lets no name become markup, whatever stands in it", () => {
    const page = renderReport(hostileReport(HOSTILE.length, 20, 3));
    expect(page).not.toMatch(/<script|<h1>hi|onerror="|alert\(1\)<\/|\u202e|\u2028/i);
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).toContain("\\u{202e}right to left");
    const allowed = new Set(tagsOf(renderReport(hostileReport(3, 3, 3))));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (name) => {
        const { findings, threads: _, ...others } = hostileReport(2, 2, 2);
        const facts = [{ name, value: name }];
        const named = {
          ...others,
          data: name,
          run: name,
          facts,
          remarks: [name],
          commands: [{ what: name, command: name }],
        };
        const evil = renderReport({ ...named, findings: { ...findings, task: classesFindings([name, `${name}2`]) } });
        return tagsOf(evil).every((tag) => allowed.has(tag)) && nestingOf(evil).left.length === 0;
      }),
      { numRuns: 60 },
    );
  });

  it("asks for nothing: a policy forbids it, and there is no address in it", () => {
    const page = renderReport(hostileReport(5, 5, 5));
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'`);
    expect(page.replaceAll("&lt;img src=", "")).not.toMatch(/(src|href)="(?!data:|#)|@import|url\(|https?:/);
  });

  it("has a bounded size, of a thousand classes, 20,000 columns and 100,000 epochs", () => {
    const page = renderReport(hostileReport(1000, 20_000, 100_000));
    expect(page.length).toBeLessThan(400_000);
    expect(page).toContain("Of 1,000 classes these are the 20 with the most mistakes");
    // The report states the mistakes within the group of all others.
    expect(page).toMatch(/Of “all others” taken for “all others”, [\d,]+ are of another class/);
  });

  it("counts what it leaves together rightly", () => {
    const task = classesFindings(Array.from({ length: 100 }, (_, k) => `c${k}`));
    const page = renderReport(reportOf({ evaluated: { part: "test", examples: 1, of: 1 }, task }));
    const matrix = /<table class="matrix[\s\S]*?<\/table>/.exec(page)![0];
    const counts = Array.from(matrix.matchAll(/<td class="[rw]\d"[^>]*>([\d,]+)</g), ([, n]) =>
      Number(n.replace(",", "")),
    );
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(task.confusion.reduce((sum, { count }) => sum + count, 0));
  });

  it("says on which part, and what is not known as a dash", () => {
    const findings = {
      evaluated: { part: "training", examples: 10, of: 10 },
      task: classesFindings(["a", "b"]),
    } as const;
    const page = renderReport(reportOf(findings));
    expect(page).toContain("since none was held back");
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("of labels and of quantities has what goes with them, whatever the numbers", () => {
    const { reliability } = classesFindings(["a", "b"]);
    const label = { name: "<hot>", accuracy: 0.9, precision: Number.NaN, recall: 0, f1: 0, support: 0 };
    const labels = { kind: "labels", accuracy: 0.5, loss: 1, macroF1: 0.5, labels: [label], reliability } as const;
    const evaluated = { part: "test", examples: 10, of: 10 } as const;
    const ofLabels = renderReport(reportOf({ evaluated, task: labels }));
    expect(ofLabels).toContain("&lt;hot&gt;");
    expect(ofLabels).toContain("share that is yes");
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 20 }), (pairs) => {
        const points = pairs.map(([truth, predicted]) => ({ truth, predicted }));
        const residuals = pairs.map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b), count: 1 }));
        const quantity = { name: "y", rmse: 1, mae: 1, r2: Number.NaN, points, residuals };
        const page = renderReport(
          reportOf({ evaluated, task: { kind: "quantities", loss: 1, quantities: [quantity] } }),
        );
        return !/NaN|Infinity|undefined/.test(page) && nestingOf(page).left.length === 0;
      }),
      { numRuns: 150 },
    );
  });
});

describe("charts", () => {
  it("have ticks at round numbers that hold all values between them", () => {
    expect(ticksBetween(0.07, 2.4)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(ticksBetween(-30, 1200)).toEqual([-500, 0, 500, 1000, 1500]);
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        (a, b) => {
          const ticks = ticksBetween(a, b);
          const slack = 1e-6 * Math.max(Math.abs(a), Math.abs(b), 1e-300);
          return (
            ticks.length >= 2 &&
            ticks.length <= 21 &&
            ticks[0] <= Math.min(a, b) + slack &&
            ticks.at(-1)! >= Math.max(a, b) - slack
          );
        },
      ),
    );
  });

  it("of accuracy stay within 0 and 100 %, and of epochs have whole numbers alone", () => {
    const evaluated = { part: "test", examples: 10, of: 10 } as const;
    const ticksOf = (accuracies: readonly number[]): string[][] => {
      const epochs = accuracies.map((accuracy, i) => ({ epoch: i + 1, loss: 1, accuracy }));
      const page = renderReport(reportOf({ evaluated, task: classesFindings(["a", "b"]) }, { epochs }));
      const curves = /<section id="curves"[\s\S]*?<\/section>/.exec(page)![0].split("Accuracy</h3>")[1];
      return ["tx", "ty"].map((kind) =>
        Array.from(curves.matchAll(new RegExp(`class="${kind}"[^>]*>([^<]*)<`, "g")), ([, text]) => text),
      );
    };
    expect(ticksOf([0.95])[0]).toEqual(["1"]);
    expect(ticksOf([0.95])[1].at(-1)).toBe("100 %");
    expect(ticksOf([0.1, 0.99, 1])).toEqual([
      ["1", "2", "3"],
      ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"],
    ]);
    expect(ticksOf(Array.from({ length: 2500 }, () => 0.5))[0]).toEqual([
      "1",
      "500",
      "1,000",
      "1,500",
      "2,000",
      "2,500",
    ]);
  });

  it("of many points keep the ends, the lowest and the highest", () => {
    const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 4321 ? 9 : x === 77 ? -9 : Math.sin(x) }));
    const few = thinned(points, 100);
    expect(few.length).toBeLessThanOrEqual(100);
    expect([few[0], few.at(-1)]).toEqual([points[0], points[9999]]);
    expect(few).toEqual(expect.arrayContaining([points[4321], points[77]]));
    expect(few.every(({ x }, i) => i === 0 || x > few[i - 1].x)).toBe(true);
  });

  it("have text that can be read on every step of the heat map, in light and dark", () => {
    const contrasts = contrastOfHeat();
    expect(contrasts).toHaveLength(40);
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
  });

  it("have pictures that a decoder of PNG reads back", async () => {
    const folder = temporaryFolder();
    const read = async (picture: Picture): Promise<number[]> => {
      const path = join(folder, `${picture.pixels.kind}.png`);
      writeFileSync(path, Buffer.from(pictureUri(picture).split(",")[1], "base64"));
      const { X, inputs } = (await readRawImages(path))!;
      return Array.from(X.subarray(0, inputs));
    };
    const bytes = Uint8Array.from({ length: 15 }, (_, i) => i * 17);
    expect(await read({ width: 5, height: 3, pixels: { kind: "grey", bytes } })).toEqual(Array.from(bytes));
    const colours = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
    expect(await read({ width: 2, height: 2, pixels: { kind: "colour", bytes: colours } })).toEqual(
      Array.from(colours),
    );
    const values = Float32Array.of(-1, 1, -0.5, Number.NaN);
    const [r, , b, r2, , b2, ...others] = await read({ width: 2, height: 2, pixels: { kind: "signed", values } });
    // A value below 0 has more red than blue, one above 0 more blue.
    expect([r > b, r2 > b2, others.length]).toEqual([true, false, 6]);
  });
});

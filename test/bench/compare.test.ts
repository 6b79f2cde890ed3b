import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareRecords, RecordError } from "../../bench/command/compare.ts";
import { figureOf } from "../../bench/figures/statistics.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MACHINE = { processor: "one", cores: 2, node: "26.0.0", load: 0 };

function keep(name: string, suite: string, speeds: Readonly<Record<string, number[]>>, processor = "one"): string {
  const path = join(temporaryFolder(), `${name}.json`);
  const rows = Object.entries(speeds).map(([point, values]) => ({ job: "mini", point, speed: figureOf(values) }));
  writeFileSync(path, JSON.stringify({ suite, machine: { ...MACHINE, processor }, rows }));
  return path;
}

describe("two records of a suite", () => {
  it("are compared by row: slower and faster only where the intervals are apart", () => {
    const before = keep("before", "scaling", { a: [100, 101, 102], b: [100, 101, 102], c: [100, 101, 102] });
    const now = keep("now", "scaling", { a: [80, 81, 82], b: [99, 101, 103], c: [120, 121, 122] });
    const { text, isSlower } = compareRecords(before, now);
    expect(isSlower).toBe(true);
    expect(text).toContain("| mini, a | 101 | 81.0 | 0.80 | SLOWER |");
    expect(text).toContain("| mini, b | 101 | 101 | 1.00 | no difference beyond the noise |");
    expect(text).toContain("| mini, c | 101 | 121 | 1.20 | faster |");
    expect(compareRecords(now, keep("third", "scaling", { c: [120, 121, 122] })).isSlower).toBe(false);
  });

  it("of other machines are said to be", () => {
    const text = compareRecords(keep("a", "step", { a: [1] }), keep("b", "step", { a: [1] }, "another")).text;
    expect(text).toContain("other machines: one, then another");
  });

  it.each([
    ["of other suites", () => [keep("a", "step", { a: [1] }), keep("b", "data", { a: [1] })]],
    ["without a row in common", () => [keep("a", "step", { a: [1] }), keep("b", "step", { b: [1] })]],
  ])("%s are refused", (_, paths) => {
    const [a, b] = paths();
    expect(() => compareRecords(a, b)).toThrow(RecordError);
  });

  it.each(["", "[]", "null", '{"suite":"step"}', '{"suite":"step","machine":{},"rows":3}'])(
    "a file that is none is refused: %s",
    (content) => {
      const path = join(temporaryFolder(), "none.json");
      writeFileSync(path, content);
      expect(() => compareRecords(path, path)).toThrow(RecordError);
    },
  );
});

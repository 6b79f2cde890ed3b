import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ACTIVATIONS, encodeModel, loadModel, type Model, type Row } from "@scratch-nn/core";
import { MISSING_WORDS } from "@scratch-nn/core/engine";
import { toJsModule } from "@scratch-nn/formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generate } from "../../packages/formats/scripts/build-runtime.ts";
import { EVERY_ENCODER, everyModel, everyRow, untrained } from "../support/every-encoder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const numRuns = Number(process.env["SCRATCH_NN_FUZZ"] ?? 500);

interface Answer {
  readonly label?: string;
  readonly labels?: boolean[];
  readonly probabilities?: number[];
  readonly values?: number[];
}

interface Module {
  readonly predict: (row: Row) => Answer;
  readonly columns: readonly string[];
  readonly classes?: readonly string[];
  readonly quantities?: readonly string[];
}

/** Imports a model's module in Node. */
function load(model: Model): Promise<Module> {
  const path = join(temporaryFolder(), "model.mjs");
  writeFileSync(path, toJsModule(model).code);
  return import(pathToFileURL(path).href);
}

/** Predicts single rows with core. */
function ours(model: Model): (row: Row) => Answer {
  const loaded = loadModel(encodeModel(model));
  return (row) => {
    const { classes, indices, probabilities, values } = loaded.predict([row]);
    if (loaded.task.kind === "quantities") return { values: [...values] };
    const said =
      loaded.task.kind === "classes" ? { label: classes[0] } : { labels: Array.from(indices, (i) => i === 1) };
    return { ...said, probabilities: [...probabilities] };
  };
}

it("runtime-parts.ts is what its sources make", async () => {
  const path = new URL("../../packages/formats/src/js/runtime-parts.ts", import.meta.url);
  expect(readFileSync(path, "utf8") === (await generate()), "it is stale: run pnpm formats").toBe(true);
});

describe("an exported module", () => {
  it.each(ACTIVATIONS)("answers with core's bits: %s", async (activation) => {
    for (const model of Object.values(everyModel(activation))) {
      const [{ predict }, expected] = [await load(model), ours(model)];
      for (const row of everyRow(40)) expect(predict(row)).toEqual(expected(row));
    }
  });

  it("takes rows by the names of their columns, typed arrays of pixels, booleans and dates", async () => {
    const model = everyModel().classes;
    const [{ predict, columns, classes }, expected] = [await load(model), ours(model)];
    expect([columns, classes]).toEqual([EVERY_ENCODER.columns, model.classes]);
    const row = {
      age: "41",
      income: null,
      joined: new Date(0),
      flag: true,
      member: false,
      town: 7,
      label: "a",
      W1: " y ",
      born: "1.2.70",
    };
    expect(predict(row)).toEqual(expected(row));

    const pixels: Model = {
      network: untrained([4, 20, 3]),
      classes: ["0", "1", "2"],
      preprocessing: {
        columns: ["1", "2", "3", "4"],
        named: false,
        encoders: [{ kind: "pixels", column: 0, count: 4, factor: 1 / 255 }],
      },
      label: undefined,
    };
    const image = Uint8Array.of(0, 255, 7, 31);
    expect((await load(pixels)).predict(image)).toEqual(ours(pixels)(image));
  });

  it("answers or refuses as core does, whatever stands in a row", async () => {
    const model = everyModel("selu").ensemble;
    const [{ predict }, expected] = [await load(model), ours(model)];
    const answerOf = (answer: (row: Row) => Answer, row: Row) => {
      try {
        return answer(row);
      } catch (error) {
        // If several cells are invalid, each of the two may name another one.
        expect((error as Error).message).toMatch(/column "[^"]+": expected .+, found /);
        return "refused";
      }
    };
    const cell = fc.oneof(
      { arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789+-.eE ,:/TZ_x") }), weight: 2 },
      fc.double().map(String),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.date(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom(
        ...MISSING_WORDS,
        null,
        undefined,
        "True",
        "FALSE",
        "Bär",
        " 7.0",
        "unknown",
        "1e999",
        "12345678901234567890",
      ),
    );
    const usual = everyRow(50);
    const row = fc
      .tuple(fc.nat({ max: 49 }), fc.array(fc.tuple(fc.nat({ max: 9 }), cell), { maxLength: 3 }))
      .map(([r, changes]) => {
        const cells: unknown[] = [...usual[r]];
        for (const [column, value] of changes) cells[column] = value;
        return cells;
      });
    fc.assert(
      fc.property(row, (cells) => {
        expect(answerOf(predict, cells)).toEqual(answerOf(expected, cells));
      }),
      { numRuns },
    );
  });

  it("says which column is wrong, and what was expected", async () => {
    const { predict } = await load(everyModel().classes);
    const row = everyRow(1)[0];
    expect(() => predict(row.slice(1))).toThrow("expected 10 cells, found 9");
    expect(() => predict(row.with(0, "old"))).toThrow('column "age": expected a number, found old');
    expect(() => predict(row.with(3, "old"))).toThrow('column "joined": expected a date (ymd), found old');
    expect(() => predict({ age: 1 })).toThrow('column "income": expected a value, found undefined');
  });
});

describe("the text of an exported module", () => {
  it("is below 5 kB without the model's own numbers and words, whatever columns and layers it has", () => {
    for (const activation of ACTIVATIONS) {
      for (const [kind, model] of Object.entries(everyModel(activation))) {
        const code = toJsModule(model).code.split("\n")[1];
        expect(Buffer.byteLength(code), `${activation} ${kind}`).toBeLessThan(5000);
      }
    }
  });

  it("is the same for the same model, and ends no script of a page", () => {
    const { classes } = everyModel();
    expect(toJsModule(classes)).toEqual(toJsModule(classes));
    expect(toJsModule(classes).code).not.toContain("</script>");
  });
});

/** Creates records for reports: large ones, and ones with hostile texts. */
import type { ClassesFindings, Findings, RunReport } from "@scratch-nn/report";

/** Hostile names of columns and classes. */
export const HOSTILE = [
  "<script>alert(1)</script>",
  `"><img src=x onerror="alert(1)">`,
  "'; DROP TABLE runs; --&amp;",
  "</style></svg></table><h1>hi",
  "\u202Eright to left\u202C",
  "a\u0000b\nc\u2028d",
  "x".repeat(5000),
  "",
];

/** The findings for these classes, each of which is sometimes confused with another one. */
export function classesFindings(names: readonly string[]): ClassesFindings {
  const classes = names.map((name, k) => ({
    name,
    precision: 0.9,
    recall: k === 0 ? Number.NaN : 0.8,
    f1: 0.85,
    support: 12,
  }));
  const confusion = names.flatMap((_, label) => [
    { label, predicted: label, count: 10 },
    { label, predicted: (label * 7 + 1) % names.length, count: 1 + (label % 3) },
  ]);
  const bins = Array.from({ length: 10 }, (_, i) => ({
    from: i / 10,
    to: (i + 1) / 10,
    count: i * 5,
    confidence: i === 0 ? Number.NaN : (i + 0.5) / 10,
    accuracy: i === 0 ? Number.NaN : i / 10,
  }));
  return {
    kind: "classes",
    accuracy: 0.8,
    loss: 0.5,
    macroF1: 0.85,
    classes,
    confusion,
    reliability: { bins, error: 0.05 },
  };
}

export function reportOf(findings: Findings, others: Partial<RunReport> = {}): RunReport {
  return {
    data: "table.csv",
    run: "runs/one",
    facts: [{ name: "network", value: "4-8-3" }],
    commands: [{ what: "With flags:", command: "pnpm train --data table.csv" }],
    findings,
    remarks: [],
    weightsSha256: "ab".repeat(32),
    dataSha256: "cd".repeat(32),
    ...others,
  };
}

const thread = { convert: 1, forward: 20, backward: 30, reduce: 2, update: 3, wait: 10, other: 4 };

/**
 * A report with all sections that a table of classes can have, with hostile names and this many classes, columns and
 * epochs.
 */
export function hostileReport(classes: number, columns: number, epochs: number): RunReport {
  const names = Array.from(
    { length: classes },
    (_, k) => `${HOSTILE[k % HOSTILE.length]}${k < HOSTILE.length ? "" : k}`,
  );
  const found = Array.from({ length: columns }, (_, k) => ({
    name: `${HOSTILE[k % HOSTILE.length]}${k}`,
    loss: 1 / (k + 1) - 0.01,
    deviation: 0.01,
    score: 0.1,
  }));
  const [evil] = HOSTILE;
  const items = HOSTILE.map((text, i) => ({
    example: i + 1,
    truth: text,
    predicted: evil,
    detail: evil,
    cells: HOSTILE.slice(0, 4),
  }));
  return reportOf(
    {
      evaluated: { part: "test", examples: 100, of: 200 },
      task: classesFindings(names),
      mistakes: { kind: "rows", columns: HOSTILE.slice(0, 4), moreColumns: 3, items },
      contributions: {
        examples: 100,
        repeats: 3,
        score: "accuracy",
        of: columns + 5,
        found: { kind: "columns", columns: found },
      },
    },
    {
      data: `/tmp/${evil}`,
      run: `${evil}/run`,
      facts: [{ name: evil, value: evil }],
      commands: [{ what: evil, command: `pnpm train --data '${evil}'` }],
      epochs: Array.from({ length: epochs }, (_, i) => ({
        epoch: i + 1,
        loss: 2 / (i + 1),
        accuracy: 1 - 1 / (i + 2),
        validation: { loss: 2.1 / (i + 1), accuracy: 1 - 1.1 / (i + 2) },
      })),
      keptEpoch: Math.ceil(epochs / 2),
      threads: Array.from({ length: 200 }, (_, i) => ({ name: i === 0 ? evil : `worker ${i}`, ...thread })),
      remarks: [evil],
      dataSha256: evil,
    },
  );
}

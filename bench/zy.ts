import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
parallel.setV8Flags();
const { benchExamples, JOBS, firstColumns } = await import("./jobs.ts");
const { examples } = await benchExamples();
const [name] = process.argv.slice(2);
const job = JOBS.find((j) => j.name === name)!;
const m = name === "notes" ? 60000 : name === "mini" ? 60032 : 7680;
const part = firstColumns(examples, m);
const epochs = name === "notes" ? 60 : name==="mini"? 8 : 8;
const run = async (label: string, extra: object) => {
  const times = [performance.now()]; let prof: any; const th: number[] = [];
  await parallel.fit(core.createNetwork({ layers: job.layers }), part, { epochs, ...(job.batchSize ? { batchSize: job.batchSize } : {}), workers: 2, onEpoch: () => { times.push(performance.now()); }, onThreads: (t) => th.push(t), ...extra });
  const k = Math.floor(epochs / 2);
  return [label, Math.round((k * m * 1000) / (times[epochs] - times[epochs - k])), th.join(",")];
};
const variants: [string, object][] = [["auto", {}], ["2 main", { threadsAtWork: 2, update: "main" }], ["2 slices", { threadsAtWork: 2, update: "slices" }], ["1", { threadsAtWork: 1 }]];
const out: Record<string, any[]> = {};
for (let r = 0; r < 5; r++) for (const [l, e] of variants) (out[l] ??= []).push((await run(l, e)).slice(1).join("/"));
console.log(name, out);
let prof: any; const steps = Math.ceil(m / (job.batchSize ?? m)) * epochs;
for (const update of ["main", "slices"]) {
await parallel.fit(core.createNetwork({ layers: job.layers }), part, { epochs, ...(job.batchSize ? { batchSize: job.batchSize } : {}), workers: 2, threadsAtWork: 2, update: update as any, onProfile: (p) => { prof = p; } });
console.log(update, prof.map((t: any) => Object.fromEntries(Object.entries(t).map(([k, v]: any) => [k, Math.round((v * 1000) / steps)]))));
}

import * as parallel from "@scratch-nn/parallel";
parallel.setV8Flags();
const { benchExamples, JOBS, speedOf } = await import("./jobs.ts");
const { examples } = await benchExamples();
const [name, workers] = process.argv.slice(2);
const job = JOBS.find((j) => j.name === name)!;
console.log(Math.round(await speedOf(job, examples, Number(workers))));

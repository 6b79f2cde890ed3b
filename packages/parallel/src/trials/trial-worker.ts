/** The file that a trial pool's threads run. */
import { expose } from "@scratch-nn/jobs/worker";
import { type JobResult, runTrial, type TrialJob } from "./run-trial.ts";

expose((job: TrialJob): JobResult => {
  const working = runTrial(job);
  for (let step = working.next(); ; step = working.next()) if (step.done) return step.value;
});

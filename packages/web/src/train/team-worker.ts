/** Another thread of a team: computes tasks, step after step, until the team is stopped. */
import { Arena, kernelsNamed, workbenchOf } from "@scratch-nn/core/engine";
import { computeTasks, layOutTeam, type TeamWork } from "./team.ts";
import { STEP, STOPPED } from "./team-control.ts";

addEventListener("message", ({ data: work }: MessageEvent<TeamWork>) => {
  const { shape, kernels, place, updates, data, thread } = work;
  const arena = new Arena(place);
  const memory = layOutTeam(shape, kernels, arena);
  const bound = kernelsNamed(kernels).bind(arena, memory.threads[thread].scratch, false);
  const bench = workbenchOf(memory, thread, data, bound);
  const { control } = memory;
  let step = 0;
  while (Atomics.load(control, STOPPED) === 0) {
    Atomics.wait(control, STEP, step);
    step = Atomics.load(control, STEP);
    for (const _ of computeTasks(memory, shape, bench, updates)) if (Atomics.load(control, STOPPED) === 1) return;
  }
});

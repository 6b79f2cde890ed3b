/**
 * One rank of `pnpm bench mpi`: sums over ranks as in training, and by MPI_Allreduce, alternately. Rank 0 prints JSON.
 */
import { joinRanks } from "@scratch-nn/cluster";
import { kernelsNamed, makeWorkplace, randomStream } from "@scratch-nn/core/engine";

/** The figures of one size. */
export interface MpiFigures {
  readonly ranks: number;
  readonly library: string;
  readonly floats: number;
  /** Microseconds of each round, of our sum and of MPI's. */
  readonly ours: readonly number[];
  readonly mpis: readonly number[];
  /** Whether our sums are bitwise equal to those of the tree. */
  readonly isTree: boolean;
}

const SIZES = [8192, 65_536, 500_000];
const WARM_UP = 20;

const [rounds] = process.argv.slice(2).map(Number);
const ranks = await joinRanks({ rounds: String(rounds) });
if (ranks === undefined) throw new Error("start it with mpirun -n 2");
const { rank, size, communicator } = ranks;
const found: MpiFigures[] = [];
for (const floats of SIZES) found.push(await measure(floats));
if (rank === 0) process.stdout.write(`${JSON.stringify(found)}\n`);
await ranks.leave();

async function measure(floats: number): Promise<MpiFigures> {
  const { arena, regions } = makeWorkplace(
    (at) => ({
      sums: at.float32(size * floats),
      out: at.float32(floats),
      mpis: at.float32(floats),
      scratch: at.uint8(1 << 16),
    }),
    { shared: true, features: new Uint8Array(0) },
  );
  const kernels = kernelsNamed("simd128").bind(arena, regions.scratch, false);
  const { sums, out, mpis } = regions;
  const parts = Array.from({ length: size }, (_, r) => [sums.subarray(r * floats, (r + 1) * floats)]);
  for (let i = 0; i < floats; i++) sums[rank * floats + i] = randomStream(1, rank).uniform(i) - 0.5;
  const ours = async (): Promise<void> => {
    await communicator.allGather(parts);
    kernels.reduce({ numbers: sums, stride: floats, count: size }, 0, floats, out);
  };
  const figures = { ours: [] as number[], mpis: [] as number[] };
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [name, act] of [
      ["ours", ours],
      ["mpis", () => ranks!.allReduce(parts[rank][0], mpis)],
    ] as const) {
      ranks!.barrier();
      const start = performance.now();
      await act();
      if (round >= 0) figures[name].push(1000 * (performance.now() - start));
    }
  }
  const column = new Float32Array(size);
  let isTree = true;
  for (let i = 0; i < floats; i++) {
    for (let r = 0; r < size; r++) column[r] = sums[r * floats + i];
    for (let stride = 1; stride < size; stride *= 2)
      for (let into = 0; into + stride < size; into += 2 * stride) column[into] += column[into + stride];
    if (!Object.is(column[0], out[i])) isTree = false;
  }
  return { ranks: size, library: ranks!.version, floats, ...figures, isTree };
}

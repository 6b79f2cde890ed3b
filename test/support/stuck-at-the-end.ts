/** A process whose main thread never returns from its last call, like MPICH's MPI_Finalize: see last-wait.ts. */
import { LastWait } from "@scratch-nn/cluster";

const [code, milliseconds] = process.argv.slice(2).map(Number);
process.stdout.write("all is said\n");
process.exitCode = code;
await LastWait.begin(milliseconds);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

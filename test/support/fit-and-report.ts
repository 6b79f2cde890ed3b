/** Trains for long and prints how that failed. */
import { createNetwork } from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { someExamples } from "./examples.ts";

try {
  await parallel.fit(createNetwork({ layers: [40, 10, 3] }), someExamples(40, 500, 3, "bytes"), {
    epochs: 100_000,
    workers: 2,
    cores: 2,
  });
  process.stdout.write('"it went through"');
} catch (error) {
  const { name, message, cause } = error as Error;
  process.stdout.write(JSON.stringify({ name, message, cause: (cause as Error).name }));
}

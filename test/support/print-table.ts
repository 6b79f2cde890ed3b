/** Reads the table at the path given. Prints "reading", then its cells or the error as a line of JSON. */
import { InputError } from "@scratch-nn/core";
import { cellAt, readTable } from "@scratch-nn/data";

process.stdout.write("reading\n");
try {
  const { blocks, layout, where } = await readTable(process.argv[2]);
  const cells = blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => layout.names.map((_, column) => cellAt(block, row, column))),
  );
  process.stdout.write(`${JSON.stringify({ where, cells })}\n`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
}

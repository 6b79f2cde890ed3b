/** Reads the table that is named and prints its cells, or what is wrong, as a line of JSON; before that "reading". */
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

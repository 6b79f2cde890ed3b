/**
 * Expands repetitions in the sources of assembly/. The compiler neither unrolls loops nor has arrays of registers, and
 * the offset of a vector must be a constant.
 *
 *   // repeat $U = 5
 *   let s$U = v128.load(start, 16 * $U);
 *   // end $U
 *
 * expands to five lines, with 0 to 4 for $U. Repetitions nest; "each in a scope of its own" puts braces around each
 * copy. Whole functions, for several sizes of a tile, are marked by
 *
 *   // for each $N of 10, 5, 4
 *   // end $N
 */
const OUTERMOST = /^[ \t]*\/\/ for each \$(\w) of (.+)\n([\s\S]*?)^[ \t]*\/\/ end \$\1\n/m;

const INNERMOST =
  /^[ \t]*\/\/ repeat \$(\w) = (\d+)(, each in a scope of its own)?\n((?:(?!\/\/ repeat )[\s\S])*?)^[ \t]*\/\/ end \$\1\n/m;

export function repeat(source: string): string {
  let text = source;
  for (let marked = OUTERMOST.exec(text); marked !== null; marked = OUTERMOST.exec(text)) {
    const [whole, variable, values, body] = marked;
    const copies = values.split(", ").map((value) => body.replaceAll(`$${variable}`, value));
    text = text.slice(0, marked.index) + copies.join("") + text.slice(marked.index + whole.length);
  }
  for (let marked = INNERMOST.exec(text); marked !== null; marked = INNERMOST.exec(text)) {
    const [whole, variable, times, scoped, body] = marked;
    const copies = Array.from({ length: Number(times) }, (_, i) => {
      const copy = body.replaceAll(`$${variable}`, String(i));
      return scoped === undefined ? copy : `{\n${copy}}\n`;
    });
    text = text.slice(0, marked.index) + copies.join("") + text.slice(marked.index + whole.length);
  }
  return text;
}

/** The area to choose a file in, or to drop it on; see table-file.ts. */
import { useState } from "preact/hooks";
import type { TableFile } from "./protocol.ts";

export interface DropZoneProps {
  readonly table: TableFile | undefined;
  readonly onFile: (file: File) => void;
}

export function DropZone({ table, onFile }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false);
  return (
    <label
      class={isOver ? "drop over" : "drop"}
      onDragOver={() => setIsOver(true)}
      onDragLeave={() => setIsOver(false)}
      onDrop={() => setIsOver(false)}
    >
      <input
        type="file"
        class="spoken"
        accept=".csv,.tsv,.txt,text/csv"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          // Allows the user to choose the same file again.
          currentTarget.value = "";
        }}
      />
      <b>{table === undefined ? "Drop a CSV here, or choose one" : table.name}</b>
      <span class="small muted">
        {table === undefined ? "It stays on this machine." : `${table.bytes.length.toLocaleString("en")} bytes`}
      </span>
    </label>
  );
}

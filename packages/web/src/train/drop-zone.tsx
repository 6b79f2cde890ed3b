/** Where a file is dropped, or chosen. It is read here and sent nowhere. */
import { useState } from "preact/hooks";
import type { TableFile } from "./protocol.ts";

export interface DropZoneProps {
  readonly table: TableFile | undefined;
  readonly onFile: (file: File) => void;
}

export function DropZone({ table, onFile }: DropZoneProps) {
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <label
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <input
        type="file"
        class="spoken"
        accept=".csv,.tsv,.txt,text/csv"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
        }}
      />
      <b>{table === undefined ? "Drop a CSV here, or choose one" : table.name}</b>
      <span class="small muted">
        {table === undefined ? "It stays on this machine." : `${table.bytes.length.toLocaleString("en")} bytes`}
      </span>
    </label>
  );
}

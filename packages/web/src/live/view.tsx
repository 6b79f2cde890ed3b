import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import { connect } from "./connection.ts";
import { Live } from "./live.tsx";
import "./live.css";

export function mount(element: HTMLElement, { server }: ViewContext): () => void {
  // The tab exists only with a server.
  const connection = connect(server!);
  render(<Live connection={connection} />, element);
  return () => {
    connection.close();
    render(null, element);
  };
}

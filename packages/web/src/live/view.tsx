import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import { connect } from "./connection.ts";
import { Live } from "./live.tsx";
import "./live.css";

export function mount(element: HTMLElement, { server }: ViewContext): () => void {
  // The tab is only there where a server is.
  const connection = connect(server!);
  render(<Live connection={connection} />, element);
  return () => {
    connection.close();
    render(null, element);
  };
}

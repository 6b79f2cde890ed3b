import { render } from "preact";
import "./shared/design.css";
import { App } from "./shell/app.tsx";

render(<App />, document.querySelector("#app")!);

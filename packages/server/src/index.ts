/** A local server for one run: its page, what happens in it, and what may be done to it. */
export type { Answers, PageFiles } from "./answer.ts";
export type * from "./protocol/index.ts";
export { isLoopback } from "./refusals.ts";
export { isTokenShaped, type LiveServer, type ServeOptions, serve } from "./serve.ts";

/** A local server for one run: its page, its events and its actions. */
export type { Answers, PageFiles } from "./answer.ts";
export type * from "./protocol/index.ts";
export { isLoopback } from "./refusals.ts";
export { isTokenShaped, type LiveServer, type ServeOptions, serve } from "./serve.ts";

/** What can be tested without a browser: functions of the page that touch no document. */
export { type Address, formatAddress, parseAddress } from "./shared/url-state.ts";

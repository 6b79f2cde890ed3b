export { type DataFile, inspectFile, kindOf, readChunks, unreadable } from "./sources/files.ts";

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/**
 * The page's content security policy: it loads everything from its own origin, nothing inline, and no eval except
 * WebAssembly's compiler.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * Writes the policy into the built page, so that it also holds on hosts that send no headers. The dev server needs
 * inline styles.
 */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

/**
 * `import address from "./file?gzip"`: the file's address. The build compresses the file, the dev server does not. Many
 * hosts compress only text. No host takes the file's name for that of a compressed page, so that it arrives unchanged.
 */
const packed: Plugin = {
  name: "packed",
  enforce: "pre",
  async resolveId(source, importer) {
    if (!source.endsWith("?gzip")) return undefined;
    const found = await this.resolve(source.slice(0, -"?gzip".length), importer, { skipSelf: true });
    return found && `${found.id}?gzip`;
  },
  load(id) {
    if (!id.endsWith("?gzip")) return undefined;
    const path = id.slice(0, -"?gzip".length);
    if (this.environment.mode === "dev") return `export default ${JSON.stringify(`/@fs${path}`)};`;
    const source = gzipSync(readFileSync(path), { level: 9 });
    const file = this.emitFile({ type: "asset", name: `${basename(path)}.packed`, source });
    return `export default import.meta.ROLLUP_FILE_URL_${file};`;
  },
};

/**
 * `import address from "./worker.ts?thread"`: the address of a module for `new Worker(address, { type: "module" })`.
 * The module is built with the page, so that both load core from one file. Vite's own way builds each worker with a
 * copy.
 */
const threads: Plugin = {
  name: "threads",
  enforce: "pre",
  async resolveId(source, importer) {
    if (!source.endsWith("?thread")) return undefined;
    const found = await this.resolve(source.slice(0, -"?thread".length), importer, { skipSelf: true });
    return found && `${found.id}?thread`;
  },
  load(id) {
    if (!id.endsWith("?thread")) return undefined;
    const path = id.slice(0, -"?thread".length);
    if (this.environment.mode === "dev") return `export default ${JSON.stringify(`/@fs${path}`)};`;
    const file = this.emitFile({ type: "chunk", id: path, name: basename(path, ".ts") });
    return `export default import.meta.ROLLUP_FILE_URL_${file};`;
  },
};

/** The headers that shared memory requires, and hence training on several workers. */
const isolated = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** The browser's replacement for a module with which packages/data reads tables. */
const inBrowser = (name: string): string => fileURLToPath(new URL(`src/train/tables/${name}`, import.meta.url));

export default defineConfig({
  resolve: { alias: { "node:buffer": inBrowser("node-buffer.ts"), "fast-csv": inBrowser("fast-csv.ts") } },
  // Relative addresses allow any folder of any host.
  base: "./",
  plugins: [contentSecurityPolicy, packed, threads],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist/site",
    target: "es2022",
    // Data addresses would need a laxer policy.
    assetsInlineLimit: 0,
    // Vite's preload code uses the document, which workers do not have.
    modulePreload: false,
  },
  server: { headers: isolated },
  preview: { headers: isolated },
});

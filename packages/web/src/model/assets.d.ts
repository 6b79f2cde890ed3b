/** A file that the build packs with gzip; its address. See vite.config.ts. */
declare module "*?gzip" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so the bundler gives it.
  export default address;
}

/** A module for a worker; its address. See vite.config.ts. */
declare module "*?thread" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so the bundler gives it.
  export default address;
}

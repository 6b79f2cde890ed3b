/** The address of a file that the build compresses with gzip; see vite.config.ts. */
declare module "*?gzip" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so the bundler gives it.
  export default address;
}

/** The address of a module for a worker; see vite.config.ts. */
declare module "*?thread" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so the bundler gives it.
  export default address;
}

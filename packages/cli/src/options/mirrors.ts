/** Mirrors of the user's own for downloads, tried first. */
export function mirrors(): readonly string[] | undefined {
  return process.env["SCRATCH_NN_MIRRORS"]?.split(/\s+/).filter((mirror) => mirror !== "");
}

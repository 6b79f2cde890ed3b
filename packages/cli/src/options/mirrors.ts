/** The user's own download mirrors, which are tried first. */
export function mirrors(): readonly string[] | undefined {
  return process.env["SCRATCH_NN_MIRRORS"]?.split(/\s+/).filter((mirror) => mirror !== "");
}

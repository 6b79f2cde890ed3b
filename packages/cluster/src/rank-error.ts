/** The processes of a run cannot continue together: one is lost, or MPI fails. The message is complete. */
export class RankError extends Error {
  override readonly name = "RankError";
}

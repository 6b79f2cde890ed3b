/** The processes of a run cannot go on together: one is lost, or MPI fails. The message says all there is to say. */
export class RankError extends Error {
  override readonly name = "RankError";
}

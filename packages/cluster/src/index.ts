export { type Alike, otherByteOrder, otherThanFirst } from "./alike.ts";
export { joinRanks, Ranks } from "./join.ts";
export { type Launch, launchOf } from "./launch.ts";
export { FLAVOUR_NAMES, type Flavour } from "./mpi/flavours.ts";
export { LIBRARY_VARIABLE, loadMpi, type MpiLibrary } from "./mpi/library.ts";
export { Mpi, type Requests } from "./mpi/mpi.ts";
export { MpiCommunicator } from "./mpi-communicator.ts";
export { PATIENCE_VARIABLE, patienceOf } from "./patience.ts";
export { RankError } from "./rank-error.ts";

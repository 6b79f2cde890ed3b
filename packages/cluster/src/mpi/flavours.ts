/**
 * An MPI implementation, by its binary interface. The MPI standard defines the functions of a C library, but not the
 * representation of its handles. Open MPI's are pointers to objects of the library. Those of MPICH, and of all
 * libraries with its ABI (Intel MPI, MVAPICH, Cray MPICH), are integers.
 */
export type Flavour = "openmpi" | "mpich";

export const FLAVOUR_NAMES: Readonly<Record<Flavour, string>> = { openmpi: "Open MPI", mpich: "MPICH" };

/** The file names of the libraries, the most likely first. */
export const LIBRARIES: Readonly<Record<Flavour, readonly string[]>> =
  process.platform === "darwin"
    ? { openmpi: ["libmpi.40.dylib", "libmpi.dylib"], mpich: ["libmpi.12.dylib", "libmpi.dylib"] }
    : {
        openmpi: ["libmpi.so.40", "libmpi.so"],
        mpich: ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"],
      };

/** A symbol that only Open MPI's library has. */
export const OPENMPI_SYMBOL = "ompi_mpi_comm_world";

/** The handles of MPICH's ABI; see its mpi.h. */
export const MPICH_HANDLES = {
  world: 0x44000000,
  byte: 0x4c00010d,
  float: 0x4c00040a,
  sum: 0x58000003,
  errorsReturn: 0x54000001,
} as const;

/** The same handles, by the names of Open MPI's objects. */
export const OPENMPI_HANDLES = {
  world: OPENMPI_SYMBOL,
  byte: "ompi_mpi_byte",
  float: "ompi_mpi_float",
  sum: "ompi_mpi_op_sum",
  errorsReturn: "ompi_mpi_errors_return",
} as const;

export type HandleName = keyof typeof MPICH_HANDLES;

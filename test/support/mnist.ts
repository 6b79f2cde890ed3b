/** The folder of the real MNIST's four IDX files, named by SCRATCH_NN_MNIST; undefined if the machine has none. */
export const MNIST_FOLDER: string | undefined = process.env["SCRATCH_NN_MNIST"];

if (MNIST_FOLDER === undefined) {
  process.stderr.write("SCRATCH_NN_MNIST is not set: tests on the real MNIST are skipped\n");
}

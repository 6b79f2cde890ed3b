/** The real MNIST, where the machine has it: SCRATCH_NN_MNIST names the folder of its four IDX files. */
export const MNIST_FOLDER: string | undefined = process.env["SCRATCH_NN_MNIST"];

if (MNIST_FOLDER === undefined) {
  process.stderr.write("SCRATCH_NN_MNIST is not set: tests on the real MNIST are skipped\n");
}

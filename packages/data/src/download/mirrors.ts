/** The datasets that can be downloaded, with their mirrors and checksums. */

export interface RemoteFile {
  readonly name: string;
  /** The size in bytes after decompression. */
  readonly bytes: number;
  /** The checksum of the decompressed bytes ("content"), or of the downloaded .gz ("download"). */
  readonly checksum: {
    readonly algorithm: "sha256" | "md5";
    readonly of: "content" | "download";
    readonly hex: string;
  };
}

export interface RemoteDataset {
  readonly name: string;
  /** URLs of folders that hold the files, in order of preference; each ends in a slash. */
  readonly mirrors: readonly string[];
  readonly files: readonly RemoteFile[];
}

const sha256 = (hex: string): RemoteFile["checksum"] => ({ algorithm: "sha256", of: "content", hex });
const md5 = (hex: string): RemoteFile["checksum"] => ({ algorithm: "md5", of: "download", hex });

/** 28 x 28 pixels or one label for each of 60,000 and 10,000 examples, after headers of 16 and 8 bytes. */
const FILES = [
  { name: "train-images-idx3-ubyte.gz", bytes: 16 + 60_000 * 28 * 28 },
  { name: "train-labels-idx1-ubyte.gz", bytes: 8 + 60_000 },
  { name: "t10k-images-idx3-ubyte.gz", bytes: 16 + 10_000 * 28 * 28 },
  { name: "t10k-labels-idx1-ubyte.gz", bytes: 8 + 10_000 },
] as const;

function files(...checksums: readonly RemoteFile["checksum"][]): RemoteFile[] {
  return FILES.map((file, i) => ({ ...file, checksum: checksums[i] }));
}

/** Y. LeCun, C. Cortes, C. J. C. Burges: handwritten digits. */
export const MNIST: RemoteDataset = {
  name: "mnist",
  mirrors: ["https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"],
  files: files(
    sha256("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    sha256("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    sha256("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    sha256("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
  ),
};

/** H. Xiao, K. Rasul, R. Vollgraf: articles of clothing in MNIST's format. Its publishers give MD5 sums of the .gz. */
export const FASHION_MNIST: RemoteDataset = {
  name: "fashion-mnist",
  mirrors: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/"],
  files: files(
    md5("8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    md5("25c81989df183df01b3e8a0aad5dffbe"),
    md5("bef4ecab320f06d8554ea6380940ec79"),
    md5("bb300cfdad3c16e7a12a480ee83cd310"),
  ),
};

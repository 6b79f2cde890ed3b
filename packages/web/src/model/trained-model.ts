/** The network that comes with the page, trained once on MNIST; see model/made.json. */
import { decodeModel, type Model } from "@scratch-nn/core";
import address from "../../model/model.safetensors?gzip";

let loading: Promise<Model> | undefined;

/** Fetches the network, once. @throws Error if the file cannot be fetched; a later call tries again */
export function trainedModel(): Promise<Model> {
  loading ??= fetchModel().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function fetchModel(): Promise<Model> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the network's file is not there (${response.status} ${response.statusText})`);
  return decodeModel(await plain(await response.arrayBuffer()), "the network's file");
}

/** Decompresses the file's bytes, unless that has already happened on the way from the host. */
async function plain(bytes: ArrayBuffer): Promise<Uint8Array> {
  const [first, second] = new Uint8Array(bytes, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return new Uint8Array(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Writes a trained network as a PyTorch state dict in a safetensors file. */
import type { Model } from "@scratch-nn/core";
import { encodeSafetensors } from "@scratch-nn/core/engine";
import { describeModel } from "../description.ts";

/**
 * The names of W[l] and b[l] in an nn.Sequential of Linear layers with activations between.
 * @param member see npzNames
 */
export function torchNames(l: number, member: number | undefined): { readonly W: string; readonly b: string } {
  const layer = `${member === undefined ? "" : `${member}.`}${2 * (l - 1)}`;
  return { W: `${layer}.weight`, b: `${layer}.bias` };
}

/**
 * Writes a file that safetensors.torch.load_file reads and PyTorch's load_state_dict takes, for
 * `nn.Sequential(nn.Linear(n[0], n[1]), activation, nn.Linear(n[1], n[2]), ...)`: 0.weight [n[1], n[0]], 0.bias,
 * 2.weight, ... in f32. An ensemble fits an nn.ModuleList of these: 0.0.weight, ..., 1.0.weight, .... The metadata
 * describe the rest.
 * @returns the file's bytes; the same model gives the same bytes
 * @throws InputError if the metadata exceed the limit of a header
 */
export function toSafetensors(model: Model): Uint8Array {
  const members = model.members?.map(({ network }) => network) ?? [model.network];
  const tensors = members.flatMap(({ layers, W, b }, k) =>
    layers.slice(1).flatMap((units, i) => {
      const names = torchNames(i + 1, model.members === undefined ? undefined : k);
      return [
        { name: names.W, shape: [units, layers[i]], values: W[i + 1] },
        { name: names.b, shape: [units], values: b[i + 1] },
      ];
    }),
  );
  const said = Object.entries(describeModel(model)).map(([name, value]) => [name, value.text] as const);
  // PyTorch's own files say "pt", and some readers require it.
  return encodeSafetensors({ format: "pt", ...Object.fromEntries(said) }, tensors);
}

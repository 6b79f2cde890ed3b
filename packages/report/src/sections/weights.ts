/** The section about the first layer's weights, if the inputs are an image. */
import { pictureUri } from "../charts/png.ts";
import { section } from "../marks/html.ts";
import { thousands } from "../marks/numbers.ts";
import type { RunReport } from "../record.ts";

export function weightsSection({ findings: { firstLayer } }: RunReport): string {
  if (firstLayer === undefined || firstLayer.units.length === 0) return "";
  const { units, of } = firstLayer;
  const which =
    units.length < of
      ? `The ${units.length} units of ${thousands(of)} with the largest weights.`
      : "A picture for each unit of the first layer.";
  const lead = `${which} Ink in a blue place speaks for what the unit stands for, in an orange place against it; what is blank does not matter to it. Each picture is scaled to its own largest weight.`;
  const figures = units.map(({ unit, picture }) => {
    const { width, height } = picture;
    return `<li><img src="${pictureUri(picture)}" width="${width}" height="${height}" alt="Weights of unit ${unit}"><span class="soft">unit ${unit}</span></li>`;
  });
  return section(
    "weights",
    "What the first layer looks for",
    lead,
    `<ul class="pictures weights">${figures.join("")}</ul>`,
  );
}

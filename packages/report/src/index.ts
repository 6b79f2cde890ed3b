export { thinned } from "./charts/line-chart.ts";
export { contrastOfHeat } from "./charts/palette.ts";
export { pictureUri } from "./charts/png.ts";
export { ticksBetween } from "./charts/scale.ts";
export { PAGE_BEGINNING, renderReport } from "./page.ts";
export type * from "./record.ts";

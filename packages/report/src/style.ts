/** The page's style sheet: one or two columns, light and dark, for print and screen. */
import { DARK, HEAT_STEPS, heatSteps, LIGHT, type Theme } from "./charts/palette.ts";

/** Colours of a thread's phases. The fixed order of all seven phases also distinguishes them without colour. */
const PHASES = {
  convert: "#009e73",
  forward: "#0072b2",
  backward: "#d55e00",
  reduce: "#e69f00",
  update: "#cc79a7",
} as const;

function variables(theme: Theme): string {
  const { right, wrong, ...colours } = theme;
  const plain = Object.entries(colours).map(([name, value]) => `--${name}:${value}`);
  const steps = (
    [
      ["r", right],
      ["w", wrong],
    ] as const
  ).flatMap(([kind, end]) =>
    heatSteps(theme, end).flatMap(({ back, text }, step) => [`--${kind}${step}:${back}`, `--${kind}${step}t:${text}`]),
  );
  return [...plain, ...steps].join(";");
}

const heat = ["r", "w"]
  .flatMap((kind) =>
    Array.from(
      { length: HEAT_STEPS },
      (_, step) => `.${kind}${step}{background:var(--${kind}${step});color:var(--${kind}${step}t)}`,
    ),
  )
  .join("\n");

const phases = Object.entries(PHASES)
  .map(([phase, colour]) => `.p-${phase}{background:${colour}}`)
  .join("\n");

export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
@media print{:root{${variables(LIGHT)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:72rem;margin:0 auto;padding:clamp(1rem,4vw,3rem)}
a{color:var(--first)}
:focus-visible{outline:3px solid var(--first);outline-offset:2px;border-radius:2px}
main:focus{outline:none}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
h1{font-size:clamp(2rem,6vw,3.25rem);line-height:1.1;letter-spacing:-.02em;font-weight:700}
h2{font-size:1.4rem;line-height:1.25;letter-spacing:-.01em}
h3{font-size:1rem;line-height:1.4}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
.soft,.where,.lead,.of,.over,figcaption p,caption,footer,.tx,.ty,.nx,.ny,dt{color:var(--soft)}
.over{font-size:.875rem;letter-spacing:.02em;margin-bottom:.5rem}
.where{margin-top:.35rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;margin:1.75rem 0 .75rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem;overflow:hidden}
.tiles div{outline:1px solid var(--line);padding:.9rem 1.1rem;display:flex;flex-direction:column}
.tiles dt{font-size:.8125rem}
.tiles dd{font-size:clamp(1.25rem,2.6vw,1.6rem);white-space:nowrap;font-weight:650;letter-spacing:-.01em;line-height:1.3}
.tiles div:first-child dd{color:var(--first)}
.of{font-size:.9375rem}
nav{margin:1.75rem 0 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;padding:.5rem 0}
nav a{display:inline-block;padding:.25rem 0;text-decoration:none;font-size:.9375rem}
nav a:hover{text-decoration:underline}
section{margin-top:2rem;padding:clamp(1.1rem,3vw,2rem);background:var(--card);border:1px solid var(--line);border-radius:.6rem}
section h3{margin-top:1.5rem}
figure h3{margin-top:0}
.lead{max-width:46rem;margin-top:.35rem}
.lead+.scroll,.lead+figure,.lead+.legend{margin-top:1.1rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,23rem),1fr));gap:1.75rem 2.5rem;margin-top:1.5rem}
.pair>*{min-width:0}
.pair>:nth-child(3){grid-column:1/-1}
figcaption p{font-size:.875rem;line-height:1.45;margin-top:.1rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;font-size:.875rem;margin:.25rem 0 .6rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.45rem}
.swatch{width:1.1rem;height:.65rem;border-radius:2px;background:var(--soft);flex:none}
.swatch.first{background:var(--first)}
.swatch.second{background:var(--second)}
.swatch.dashed{height:0;background:none;border-top:3px dashed var(--second);border-radius:0}
.swatch.ideal{height:0;background:none;border-top:2px dashed var(--soft);border-radius:0}
.plot{position:relative;padding:1.4rem .6rem 2.6rem 3.1rem;font-size:.75rem;line-height:1}
.area{position:relative;height:14rem}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot svg path{vector-effect:non-scaling-stroke;fill:none;stroke:var(--soft)}
.plot .grid path{stroke:var(--line)}
.plot .series{stroke-width:2.25px;stroke-linejoin:round;stroke-linecap:round}
.plot path.first{stroke:var(--first)}
.plot path.second{stroke:var(--second)}
.plot path.series.second{stroke-dasharray:6 5}
.plot path.end,.plot path.dots{stroke-linecap:round;stroke-width:8px}
.plot path.scatter{stroke:var(--first);stroke-width:5px;stroke-opacity:.45}
.plot path.column{fill:var(--first);fill-opacity:.35;stroke:none}
.plot path.ideal{stroke-dasharray:5 4;stroke-width:1.5px}
.plot path.kept{stroke:var(--ink);stroke-width:1.5px;stroke-dasharray:2 3}
.tx,.ty{position:absolute;white-space:nowrap}
.ty{right:100%;margin-right:.5rem;transform:translateY(50%)}
.tx{top:100%;margin-top:.5rem;transform:translateX(-50%)}
.ny{position:absolute;left:0;top:0}
.nx{position:absolute;right:.6rem;bottom:.4rem}
details{margin-top:.9rem;font-size:.9375rem}
summary{cursor:pointer;color:var(--first);width:fit-content;padding:.15rem 0}
.scroll{overflow-x:auto;max-width:100%;margin-top:.5rem}
details .scroll{max-height:24rem;overflow-y:auto}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4;overflow-wrap:normal}
caption{text-align:left;font-size:.8125rem;padding-bottom:.4rem;caption-side:top}
th,td{padding:.28rem .7rem .28rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--soft);font-weight:500}
tbody th{font-weight:500}
th.n,td.n{text-align:right;padding:.28rem 0 .28rem .9rem}
th.n:first-child{text-align:left;padding:.28rem .9rem .28rem 0}
.wrong{color:var(--second)}
.bar{display:inline-block;width:clamp(3rem,12vw,8rem);height:.55rem;margin-left:.6rem;vertical-align:baseline;text-align:left}
.bar span{display:block;height:100%;min-width:1px;background:var(--first);border-radius:0 2px 2px 0}
.bar.second span{background:var(--second)}
.matrix{border-collapse:separate;border-spacing:2px}
.matrix th,.matrix td{border:0;padding:0}
.matrix tbody td{min-width:2.1rem;height:2.1rem;padding:0 .25rem;text-align:center;vertical-align:middle;border-radius:3px;font-size:.8125rem}
.matrix .none{color:var(--soft)}
.matrix tbody th{padding-right:.5rem;text-align:right;vertical-align:middle;color:var(--soft)}
.matrix thead th{text-align:center;vertical-align:bottom;padding-bottom:.25rem}
.matrix.long thead th span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg)}
${heat}
.pictures{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(6.75rem,1fr));gap:1.25rem 1rem;margin-top:1.25rem}
.pictures li{display:flex;flex-direction:column;gap:.1rem;font-size:.8125rem;line-height:1.35;min-width:0}
.pictures img{width:100%;height:auto;image-rendering:pixelated;border-radius:.35rem;border:1px solid var(--line);margin-bottom:.3rem}
.weights{grid-template-columns:repeat(auto-fill,minmax(5.5rem,1fr))}
.map{display:grid;gap:2px;width:min(100%,18rem);margin-top:.75rem}
.map span{border-radius:2px;border:1px solid var(--line)}
.lanes{list-style:none;margin-top:.75rem;display:grid;gap:.4rem}
.lanes li{display:grid;grid-template-columns:minmax(4.5rem,max-content) 1fr;gap:.75rem;align-items:center;font-size:.875rem}
.lane{display:flex;height:1.5rem;background:var(--paper);border-radius:3px;overflow:hidden}
.lane span{box-shadow:inset -1px 0 var(--card)}
${phases}
.p-wait{background:repeating-linear-gradient(45deg,var(--line) 0 4px,var(--soft) 4px 5px)}
.p-other{background:var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 2.5rem;margin-top:1rem;font-size:.9375rem}
.facts div{display:grid;grid-template-columns:9.5rem 1fr;gap:.75rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
.facts dd{min-width:0}
.sums{grid-template-columns:1fr}
pre{margin:.25rem 0 .75rem;padding:.75rem .9rem;background:var(--paper);border:1px solid var(--line);border-radius:.4rem;width:fit-content;min-width:100%}
section p+.scroll{margin-top:.25rem}
#run h3+p{margin-top:.35rem}
.notes{padding-left:1.2rem;font-size:.9375rem;margin-top:.35rem}
footer{margin-top:2rem;font-size:.875rem}
@media (max-width:30rem){.facts div{grid-template-columns:1fr;gap:0}.pictures{grid-template-columns:repeat(3,1fr);gap:1rem .75rem}.plot{padding-left:2.7rem}.matrix{border-spacing:1px}.matrix tbody td{min-width:1.5rem;height:1.7rem;padding:0 .1rem;font-size:.75rem}.matrix tbody th{padding-right:.3rem}td .bar{width:2.5rem;margin-left:.4rem}th,td{padding-right:.45rem}th.n,td.n{padding-left:.5rem}}
@media print{
body{background:#fff;font-size:.85rem}
.page{max-width:none;padding:0}
nav,.skip,details{display:none}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:1rem 0;margin-top:1rem}
figure,.lanes,.pictures li,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/**
 * The colours of the light and dark themes. Blue means right or first, orange means wrong or second; people with any
 * common kind of colour blindness can distinguish them. Each step of the heat map has the text colour of higher
 * contrast.
 */

type Rgb = readonly [red: number, green: number, blue: number];

export interface Theme {
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  /** Blue and orange for text and lines on paper and card. */
  readonly first: string;
  readonly second: string;
  /** The far ends of the heat map. */
  readonly right: string;
  readonly wrong: string;
}

export const LIGHT: Theme = {
  paper: "#f7f6f3",
  card: "#ffffff",
  ink: "#1b1e24",
  soft: "#565c66",
  line: "#dcdad4",
  first: "#0a5fa5",
  second: "#b04a00",
  right: "#0a4f8f",
  wrong: "#b04a00",
};

export const DARK: Theme = {
  paper: "#121418",
  card: "#1b1e24",
  ink: "#eceae5",
  soft: "#a5abb6",
  line: "#343a44",
  first: "#74b6f2",
  second: "#f4a259",
  right: "#7cbcf5",
  wrong: "#f4a259",
};

export const HEAT_STEPS = 10;

/** @param share from 0 to 1 @returns the number of a step; 0 for a share of 0 */
export function heatStep(share: number): number {
  return Math.min(HEAT_STEPS - 1, Math.ceil(Math.max(0, share) * (HEAT_STEPS - 1)));
}

/** The background and text colours of the steps from the card's colour to another. */
export function heatSteps(theme: Theme, end: string): readonly { readonly back: string; readonly text: string }[] {
  return Array.from({ length: HEAT_STEPS }, (_, step) => {
    const back = mixed(theme.card, end, step / (HEAT_STEPS - 1));
    const text = ["#ffffff", "#000000"].reduce((a, b) => (contrast(a, back) >= contrast(b, back) ? a : b));
    return { back, text };
  });
}

/** The contrasts of all steps, blue and orange, light and dark. */
export function contrastOfHeat(): number[] {
  const steps = [LIGHT, DARK].flatMap((theme) => [...heatSteps(theme, theme.right), ...heatSteps(theme, theme.wrong)]);
  return steps.map(({ back, text }) => contrast(back, text));
}

/** The contrast ratio of WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = rgb(color).map((value) => linear(value / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

function mixed(from: string, to: string, share: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  const parts = a.map((value, i) => Math.round(value + (b[i] - value) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function rgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Dates as they stand in tables. */

/** The order of year, month and day. */
export type DateOrder = "ymd" | "dmy" | "mdy";
export const DATE_ORDERS: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/** A time of day after T or blanks, and what zone it is of. */
const TIME =
  "(?:(?:[Tt]|\\s+)(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?\\s*(?:([Zz])|([+-])(\\d{2})(?::?(\\d{2}))?)?)?$";
/** Three numbers with one separator between them. */
const DATE = new RegExp(`^(\\d{1,4})([-/.])(\\d{1,2})\\2(\\d{1,4})${TIME}`);
/** One of them a month's name, the separators as people set them: 1-Jan-2020, January 1, 2020. The same groups. */
const NAMED_DATE = new RegExp(
  `^(\\d{1,4}|[A-Za-z]{3,9})([-/]|[.,]?\\s+|[.,])(\\d{1,2}|[A-Za-z]{3,9})(?:[-/]|[.,]?\\s+|[.,])(\\d{1,4})${TIME}`,
);

const MONTHS = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SECONDS_A_DAY = 86_400;
/** Years of two digits from this one on are of the twentieth century, as POSIX has it. */
const FIRST_OF_1900S = 69;

/**
 * Reads a date in that order: separators - / . (blanks and commas, too, where the month is an English name or three
 * letters of it) and optionally a time, `hh:mm[:ss[.fff]]`, with Z or an offset; without one it is UTC. A year has four digits; at the end of the date, two will do: 69 to 99 are 1969 to 1999, the others 20xx.
 * @returns days since 1970-01-01 UTC, with a fraction where a time is given; undefined if it is no date in that order
 */
export function parseDate(text: string, order: DateOrder): number | undefined {
  const trimmed = text.trim();
  const plain = DATE.exec(trimmed);
  const match = plain ?? NAMED_DATE.exec(trimmed);
  if (match === null) return undefined;
  const [, first, , second, third] = match;
  const [yearText, monthText, dayText] =
    order === "ymd" ? [first, second, third] : order === "dmy" ? [third, second, first] : [third, first, second];
  const year = yearOf(yearText, order !== "ymd");
  const [month, day] = [plain ? Number(monthText) : monthOf(monthText), Number(dayText)];
  if (year === undefined || month < 1 || !(day >= 1) || month > 12 || day > daysOf(year, month)) return undefined;
  const seconds = secondsOf(match);
  return seconds === undefined ? undefined : daysBefore(year, month) + day - 1 + seconds / SECONDS_A_DAY;
}

/** A month by three letters or more of its English name; 0 if there is none such. */
function monthOf(name: string): number {
  return name.length < 3 ? 0 : 1 + MONTHS.findIndex((full) => full.startsWith(name.toLowerCase()));
}

function yearOf(text: string, mayBeShort: boolean): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  if (text.length === 4) return text === "0000" ? undefined : Number(text);
  if (text.length !== 2 || !mayBeShort) return undefined;
  const year = Number(text);
  return year < FIRST_OF_1900S ? 2000 + year : 1900 + year;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysOf(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : DAYS[month - 1];
}

/** Days from 1970-01-01 to the first of that month in the Gregorian calendar, also before there was one. */
function daysBefore(year: number, month: number): number {
  const y = year - 1;
  let days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162;
  for (let earlier = 1; earlier < month; earlier++) days += daysOf(year, earlier);
  return days;
}

/** The time of day in seconds, UTC: negative or above a day's where the offset moves it there; undefined if there is none such. */
function secondsOf(match: RegExpExecArray): number | undefined {
  const [hours, minutes, seconds] = [5, 6, 7].map((group) => Number(match[group] ?? 0));
  const [offsetHours, offsetMinutes] = [11, 12].map((group) => Number(match[group] ?? 0));
  // A leap second is the next minute's first.
  if (hours > 23 || minutes > 59 || seconds > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const fraction = match[8] === undefined ? 0 : Number(`0.${match[8]}`);
  const offset = (match[10] === "-" ? -60 : 60) * (60 * offsetHours + offsetMinutes);
  return 3600 * hours + 60 * minutes + seconds + fraction - offset;
}

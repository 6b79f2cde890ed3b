/** Dates as they stand in tables. */

/** The order of year, month and day. */
export type DateOrder = "ymd" | "dmy" | "mdy";
export const DATE_ORDERS: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/** Three numbers with one separator between them; then, after T or blanks, a time of day, and what zone it is of. */
const DATE =
  /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SECONDS_A_DAY = 86_400;
/** Years of two digits from this one on are of the twentieth century, as POSIX has it. */
const FIRST_OF_1900S = 69;

/**
 * Reads a date in that order: separators - / . and optionally a time, `hh:mm[:ss[.fff]]`, with Z or an offset; without
 * one it is UTC. A year has four digits; at the end of the date, two will do: 69 to 99 are 1969 to 1999, the others 20xx.
 * @returns days since 1970-01-01 UTC, with a fraction where a time is given; undefined if it is no date in that order
 */
export function parseDate(text: string, order: DateOrder): number | undefined {
  const match = DATE.exec(text.trim());
  if (match === null) return undefined;
  const [, first, , second, third] = match;
  const [yearText, monthText, dayText] =
    order === "ymd" ? [first, second, third] : order === "dmy" ? [third, second, first] : [third, first, second];
  const year = yearOf(yearText, order !== "ymd");
  const [month, day] = [Number(monthText), Number(dayText)];
  if (year === undefined || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  const seconds = secondsOf(match);
  return seconds === undefined ? undefined : daysBefore(year, month) + day - 1 + seconds / SECONDS_A_DAY;
}

function yearOf(text: string, mayBeShort: boolean): number | undefined {
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

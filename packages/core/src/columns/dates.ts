/** Dates as they stand in tables. */

/** The order of year, month and day. */
export type DateOrder = "ymd" | "dmy" | "mdy";
export const DATE_ORDERS: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/**
 * Three numbers with one separator between them; or one of them a month's name, the separators as people set them:
 * 1-Jan-2020, January 1, 2020. Then, after T or blanks, a time of day, and what zone it is of.
 */
const DATE =
  /^(\d{1,4}|[a-z]{3,9})([-/]|[.,]?\s+|[.,])(\d\d?|[a-z]{3,9})([-/]|[.,]?\s+|[.,])(\d{1,4})(?:(?:t|\s+)(\d\d?):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s*(?:z|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;

const MONTHS = "january february march april may june july august september october november december".split(" ");

const SECONDS_A_DAY = 86_400;
/** Years of two digits from this one on are of the twentieth century, as POSIX has it. */
const FIRST_OF_1900S = 69;

/**
 * Reads a date in that order: separators - / . (blanks and commas, too, where the month is an English name or three
 * letters of it) and optionally a time, `hh:mm[:ss[.fff]]`, with Z or an offset; without one it is UTC. A year has four digits; at the end of the date, two will do: 69 to 99 are 1969 to 1999, the others 20xx.
 * @returns days since 1970-01-01 UTC, with a fraction where a time is given; undefined if it is no date in that order
 */
export function parseDate(text: string, order: DateOrder): number | undefined {
  const match = DATE.exec(text.trim());
  if (match === null) return undefined;
  const [, first, separator, second, other, third] = match;
  const isYearFirst = order === "ymd";
  const [yearText, dayText] = isYearFirst ? [first, third] : [third, order === "dmy" ? first : second];
  const monthText = order === "mdy" ? first : second;
  const isNumeric = separator === other && /^[-/.]$/.test(separator) && /^\d+$/.test(first + second);
  const month = isNumeric ? Number(monthText) : monthOf(monthText);
  const day = Number(dayText);
  const year = yearOf(yearText, !isYearFirst);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const seconds = secondsOf(match);
  // A day that the month does not have is one of another month's.
  if (!year || month < 1 || month > 12 || date.getUTCDate() !== day || seconds === undefined) return undefined;
  return date.getTime() / 1000 / SECONDS_A_DAY + seconds / SECONDS_A_DAY;
}

/** A month by three letters or more of its English name; 0 if there is none such. */
function monthOf(name: string): number {
  return name.length < 3 ? 0 : 1 + MONTHS.findIndex((full) => full.startsWith(name.toLowerCase()));
}

/** 0 if it is none: there is no such year. */
function yearOf(text: string, mayBeShort: boolean): number {
  const year = Number(text);
  // A month's name is NaN.
  if (text.length === 4) return year || 0;
  if (!mayBeShort || text.length !== 2) return 0;
  return year < FIRST_OF_1900S ? 2000 + year : 1900 + year;
}

/** The time of day in seconds, UTC: negative or above a day's where the offset moves it there; undefined if there is none such. */
function secondsOf(match: RegExpExecArray): number | undefined {
  const [hours, minutes, seconds, fraction, , offsetHours, offsetMinutes] = match
    .slice(6)
    .map((part) => Number(part ?? 0));
  // A leap second is the next minute's first.
  if (hours > 23 || minutes > 59 || seconds > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[10] === "-" ? -60 : 60) * (60 * offsetHours + offsetMinutes);
  return 3600 * hours + 60 * minutes + seconds + fraction - offset;
}

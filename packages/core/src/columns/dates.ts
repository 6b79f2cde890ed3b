/** Parses dates in tables. */

/** The order of year, month and day. */
export type DateOrder = "ymd" | "dmy" | "mdy";
export const DATE_ORDERS: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/**
 * Three numbers with one kind of separator; or two numbers and the name of a month, with separators as commonly
 * written: 1-Jan-2020, January 1, 2020. Then, optionally, T or blanks, a time of day, and its time zone.
 */
const DATE =
  /^(\d{1,4}|[a-z]{3,9})([-/]|[.,]?\s+|[.,])(\d\d?|[a-z]{3,9})([-/]|[.,]?\s+|[.,])(\d{1,4})(?:(?:t|\s+)(\d\d?):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s*(?:z|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;

const MONTHS = "january february march april may june july august september october november december".split(" ");

const SECONDS_A_DAY = 86_400;
/** Two-digit years from this one on are in the 1900s, as in POSIX. */
const FIRST_OF_1900S = 69;

/**
 * Parses a date in the given order. Separators are - / . (also blanks and commas, where the month is an English name or
 * three letters of it). A time may follow, `hh:mm[:ss[.fff]]`, with Z or an offset; without either it is UTC. A year
 * has four digits. At the end of the date it may have two: 69 to 99 are 1969 to 1999, the others 20xx.
 * @returns days since 1970-01-01 UTC, with a fraction where a time is given; undefined if the text is not a date in
 *   that order
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
  // A day beyond the end of the month would give a date in another month.
  if (!year || month < 1 || month > 12 || date.getUTCDate() !== day || seconds === undefined) return undefined;
  return date.getTime() / 1000 / SECONDS_A_DAY + seconds / SECONDS_A_DAY;
}

/** The month with this English name, or a prefix of it of three letters or more; 0 if there is none. */
function monthOf(name: string): number {
  return name.length < 3 ? 0 : 1 + MONTHS.findIndex((full) => full.startsWith(name.toLowerCase()));
}

/** The year; 0 if the text is not a year, as there is no year 0. */
function yearOf(text: string, mayBeShort: boolean): number {
  const year = Number(text);
  // The name of a month gives NaN.
  if (text.length === 4) return year || 0;
  if (!mayBeShort || text.length !== 2) return 0;
  return year < FIRST_OF_1900S ? 2000 + year : 1900 + year;
}

/** The time of day in seconds, UTC; undefined if it is invalid. With an offset it may be negative or exceed a day. */
function secondsOf(match: RegExpExecArray): number | undefined {
  const [hours, minutes, seconds, fraction, , offsetHours, offsetMinutes] = match
    .slice(6)
    .map((part) => Number(part ?? 0));
  // A leap second counts as the first second of the next minute.
  if (hours > 23 || minutes > 59 || seconds > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[10] === "-" ? -60 : 60) * (60 * offsetHours + offsetMinutes);
  return 3600 * hours + 60 * minutes + seconds + fraction - offset;
}

// Owns RFC 3339's dates, times and durations. Knows no schema.

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const timePattern = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/i;
const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const clock = "T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S)";
const dayPart = "(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)";
const durationPattern = new RegExp(`^P(?:\\d+W|${dayPart}(?:${clock})?|${clock})$`);

export function isDate(text: string): boolean {
  const [year, month, day] = (datePattern.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && isLeap ? 29 : (days[month - 1] ?? 0);
  return day >= 1 && day <= length;
}

/** With its offset from UTC; a 61st second is one where UTC has it, at the end of a day. */
export function isTime(text: string): boolean {
  return timePattern.exec(text)?.[4] !== undefined && isClock(text);
}

export function isDateTime(text: string): boolean {
  const [date = "", time = ""] = [text.slice(0, 10), text.slice(11)];
  return /^[Tt]$/.test(text.charAt(10)) && isDate(date) && isTime(time);
}

/** ISO 8601, as some write it: the offset may be left out, and a space stand for the T. */
export function isIsoTime(text: string): boolean {
  return isClock(text);
}

export function isIsoDateTime(text: string): boolean {
  return /^[Tt ]$/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isClock(text.slice(11));
}

export function isDuration(text: string): boolean {
  return durationPattern.test(text);
}

function isClock(text: string): boolean {
  const [all, hours, minutes, seconds, offset = "Z"] = timePattern.exec(text) ?? [];
  if (all === undefined) return false;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  const sign = offset.startsWith("-") ? -1 : 1;
  const [away, awayMinutes] = /^z$/i.test(offset)
    ? [0, 0]
    : [Number(offset.slice(1, 3)), Number(offset.slice(4))];
  if (hour > 23 || minute > 59 || away > 23 || awayMinutes > 59) return false;
  if (second < 60) return true;
  const day = 24 * 60;
  const utc = hour * 60 + minute - sign * (away * 60 + awayMinutes);
  return second === 60 && (utc + day) % day === day - 1;
}

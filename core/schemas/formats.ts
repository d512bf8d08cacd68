// Owns the formats that are checked, each in linear time, by their names. Knows no validator.

import { isHostname, isIdnHostname, isIPv4, isIPv6 } from "./formats/hosts.ts";
import { isEmail, isIdnEmail } from "./formats/mail.ts";
import { isDate, isDateTime, isDuration, isIsoDateTime, isIsoTime, isTime } from "./formats/times.ts";
import { isIri, isIriReference, isUri, isUriReference, isUriTemplate, isUrl } from "./formats/uris.ts";
import { isRegex } from "./patterns/native-adapter.ts";

/** No value of any format but `byte` is as long. */
const formatCharsMax = 64 * 1024;

const pointer = /^(?:\/(?:[^~/]|~[01])*)*$/;
const relativePointer = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const bounded: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  "date-time": isDateTime,
  duration: isDuration,
  email: isEmail,
  hostname: isHostname,
  "idn-email": isIdnEmail,
  "idn-hostname": isIdnHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  iri: isIri,
  "iri-reference": isIriReference,
  "iso-date-time": isIsoDateTime,
  "iso-time": isIsoTime,
  "json-pointer": (text) => pointer.test(text),
  regex: isRegex,
  "relative-json-pointer": (text) => relativePointer.test(text),
  time: isTime,
  uri: isUri,
  "uri-reference": isUriReference,
  "uri-template": isUriTemplate,
  url: isUrl,
  uuid: (text) => uuid.test(text),
};

/** Of strings. `binary` and `password` are words of OpenAPI that ask for nothing. */
export const textFormats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ...Object.entries(bounded).map(
    ([name, holds]) => [name, (text: string) => text.length <= formatCharsMax && holds(text)] as const,
  ),
  ["binary", () => true],
  ["password", () => true],
  ["byte", (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)],
]);

/** Of numbers: OpenAPI's. */
export const numberFormats: ReadonlyMap<string, (value: number) => boolean> = new Map([
  ["int32", (value: number) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
  ["int64", (value: number) => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63],
  ["float", () => true],
  ["double", () => true],
]);

export function isFormat(name: string): boolean {
  return textFormats.has(name) || numberFormats.has(name);
}

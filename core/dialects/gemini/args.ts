// Owns the arguments of calls as JSON text on their way in and out: a big integer in them stays what it is.
// Knows no other field.

import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { locate, patch } from "../../text/splice.ts";
import { find, type Place } from "./fields.ts";

/** Of all calls in a request's contents, in their order; empty for none. */
export function readArgs(body: Buffer, request: JsonObject): readonly string[] {
  const calls = below({ node: request, pointer: "" }, "contents")
    .flatMap((content) => below(content, "parts"))
    .flatMap((part) => below(part, "functionCall"));
  const places = calls.map((call) => find(call, "args")?.pointer);
  const spans = locate(
    body,
    places.map((place) => place ?? "/-"),
  );
  return spans.map((span) => (span === undefined ? "" : body.toString("utf8", span.start, span.end)));
}

function below(place: Place, name: string): readonly Place[] {
  const found = find(place, name);
  if (found === undefined) return [];
  const { value, pointer } = found;
  if (isObject(value)) return [{ node: value, pointer }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((node, at) => (isObject(node) ? [{ node, pointer: `${pointer}/${at}` }] : []));
}

/**
 * Google takes objects alone; empty text is an empty one. `undefined`: it is something else. On one line,
 * since an event may not hold the ends of others: as they are, these stand outside of strings only.
 */
export function objectText(args: string): string | undefined {
  const text = args.trim() === "" ? "{}" : args.replace(/[\r\n]\s*/g, "");
  const reading = readJson(Buffer.from(text));
  return reading.kind === "json" && isObject(reading.value) ? text : undefined;
}

/** `json` with texts in the places of what stands there: RFC 6901 pointer → JSON. */
export function withArgs(json: JsonObject, args: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.from(JSON.stringify(json));
  const texts = [...args.values()];
  const patches = locate(body, [...args.keys()]).flatMap((span, at) =>
    span === undefined ? [] : [{ ...span, bytes: Buffer.from(texts[at] ?? "{}") }],
  );
  return patch(body, patches);
}

// Owns the proof that there is one reading of every body, request and answer, in every dialect.

import { describe, expect, it } from "vitest";
import { checkAnswer, checkRequest } from "./one-reading.ts";
import { readSecond } from "./second-reader.ts";
import { collectSpecimens, type Specimen } from "./specimens.ts";
import { ownTexts, suiteTexts, type TortureText } from "./torture-texts.ts";
import { unitsOf } from "./units.ts";

const specimens = await collectSpecimens();
const allTexts = [...ownTexts, ...suiteTexts()];

/** At one place all of them: more would only try the same reader again. */
function textsFor(place: string): readonly TortureText[] {
  return place === "for a word" ? allTexts : ownTexts;
}

/** Where a text stands in a payload that was good; `undefined`: it has no such place. */
const places: Readonly<Record<string, (payload: string, text: string) => string | undefined>> = {
  "as a member before all others": (payload, text) => payload.replace("{", () => `{"torture":${text},`),
  "as a member behind all others": (payload, text) =>
    payload.replace(/\}(\s*)$/, (_, end) => `,"torture":${text}}${end}`),
  "for a word": (payload, text) => {
    const put = payload.replace(/"[^"]*(?:hello|five)[^"]*"/, () => text);
    return put === payload ? undefined : put;
  },
  "for the model": (payload, text) => {
    const put = payload.replace(/(?<="model": ?)"[^"]*"/, () => text);
    return put === payload ? undefined : put;
  },
  "for all of it": (_, text) => text,
  "behind all of it": (payload, text) => payload + text,
};

type Place = (typeof places)[string];

function put(place: Place, payload: Buffer, { text }: TortureText): Buffer | undefined {
  const made = place(payload.toString("latin1"), text.toString("latin1"));
  return made === undefined ? undefined : Buffer.from(made, "latin1");
}

/** The answer with another payload in its middle, where much like it has been read before. */
function putInAnswer({ head, answer }: Specimen, place: Place, text: TortureText): Buffer | undefined {
  const units = unitsOf(head, answer);
  const five = units.findIndex(({ payload }) => payload?.includes("five") === true);
  const at = five === -1 ? Math.floor((units.length - 1) / 2) : five;
  const unit = units[at];
  const payload = unit?.payload === undefined ? undefined : put(place, unit.payload, text);
  if (unit === undefined || payload === undefined) return undefined;
  return Buffer.concat(units.map(({ bytes }, index) => (index === at ? unit.around(payload) : bytes)));
}

/** Well-formed in one reading, and of a depth that is read. */
function isReadable({ text }: TortureText): boolean {
  return readSecond(text).kind === "value" && !/(?:[[{]\s*(?:"a":)?){120}/.test(text.toString());
}

describe.each(specimens)("$name", (specimen) => {
  const { dialect, head, request, answer } = specimen;

  it("reads what is good", () => {
    expect(checkRequest(specimen, request)).toBeUndefined();
    if (dialect.name !== "metered") expect(checkAnswer(specimen, answer)).toBeUndefined();
  });

  it.each(Object.entries(places))(
    "reads a request with a text %s as all do, or refuses it",
    (name, place) => {
      for (const text of textsFor(name)) {
        const body = put(place, request, text);
        if (body === undefined) continue;
        const refused = checkRequest(specimen, body);
        // InvokeModel's bodies are known by their members.
        if (!name.includes("member") || refused === "route_refused") continue;
        expect([text.name, refused === undefined]).toEqual([text.name, isReadable(text)]);
      }
    },
  );

  it.skipIf(dialect.name === "metered").each(Object.entries(places))(
    "reads an answer with a text %s as all do, or refuses it",
    (name, place) => {
      for (const text of textsFor(name)) {
        const body = putInAnswer(specimen, place, text);
        if (body === undefined) continue;
        const refused = checkAnswer(specimen, body);
        if (!name.includes("member") || isLine(head, text)) continue;
        expect([text.name, refused === undefined]).toEqual([text.name, isReadable(text)]);
      }
    },
  );
});

/** There a line's end is not what it was. */
function isLine({ headers }: Specimen["head"], { text }: TortureText): boolean {
  return headers["content-type"] === "application/x-ndjson" && text.includes("\n");
}

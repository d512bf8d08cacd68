// Owns the answers of the guards' bench: prose in the mock provider's frames, chosen by a request's `seed`.
// Knows no socket.

import { seededRandom } from "../mock/prose.ts";
import { writePersonal, writeProse } from "./prose.ts";

/** So many answers there are of either form, each another; a request's `seed` counts round them. */
export const answersKept = 256;

/** What is asked with it is answered with somebody's address: a guard has to take it out. */
export const plantedSeed = 2_000_000_000;
export const plantedAddress = "rosa.lindqvist@kestrel-mail.com";
/** What is asked with it, and what follows it, is answered with a document of 1 MB. */
export const documentSeed = 2_000_000_001;
export const documentUnits = 1_048_576;
export const documentsKept = 16;

/** A model says so much at a time. */
const token = /\s*\S{1,5}/g;
const answerUnits = 1_500;
const pageUnits = 2_000;

export type Answered =
  | { readonly kind: "kept"; readonly at: number }
  | { readonly kind: "planted" }
  | { readonly kind: "document"; readonly at: number };

/** Where no `seed` ends the bytes it is 0. */
export function answeredTo(lastOfRequest: string): Answered {
  const seed = Number(/"seed":(\d+)\}$/.exec(lastOfRequest)?.[1] ?? 0);
  if (seed === plantedSeed) return { kind: "planted" };
  if (seed >= documentSeed) return { kind: "document", at: (seed - documentSeed) % documentsKept };
  return { kind: "kept", at: seed % answersKept };
}

export function keptSaying(at: number): string {
  return writeProse(seededRandom(at + 1), answerUnits);
}

/** In every other one somebody's address or number stands on each page. */
export function documentSaying(at: number): string {
  const random = seededRandom(documentSeed + at);
  if (at % 2 === 0) return writeProse(random, documentUnits);
  let text = "";
  while (text.length < documentUnits) text += writeProse(random, pageUnits) + writePersonal(random);
  return text;
}

export function plantedSaying(): string {
  return `Write to ${plantedAddress}, please. ${writeProse(seededRandom(plantedSeed), answerUnits)}`;
}

/** Puts another text into an answer in one piece, whatever it says by itself. */
export function sayWhole(body: string, text: string): string {
  const answer = JSON.parse(body);
  answer.choices[0].message.content = text;
  return JSON.stringify(answer, undefined, 2);
}

/** The same with a stream's events: each that says something says a token. */
export function sayStream(events: readonly string[], text: string): readonly string[] {
  const tokens = text.match(token) ?? [];
  let next = 0;
  return events.map((event) =>
    event.replace('"content":"x"', () => {
      const said = tokens[next] ?? " and";
      next += 1;
      return `"content":${JSON.stringify(said)}`;
    }),
  );
}

// Owns requests of 4 KB whose messages are prose: no two of them say the same. Knows no socket.

import { type Random, seededRandom } from "../mock/prose.ts";
import { writePersonal, writeProse } from "./prose.ts";
import { type AnswerForm, bodyBytes, type Requests, requestHead } from "./workload.ts";

const paragraphUnits = 290;
/** Requests put them together at random: about a dozen of them stand in one. */
const paragraphsKept = 4_000;
/** Of all requests those in which somebody's address or number stands. */
const personalShare = 1 / 16;
/** ASCII, without anything that JSON escapes. */
const filler =
  "Thank you, that is all for now; take your time and ask back where a step is not clear. ".repeat(6);

/** Roles and paragraphs of the messages in front of the question, which has the rest. */
const turns = [
  { role: "system", paragraphs: 3 },
  { role: "user", paragraphs: 2 },
  { role: "assistant", paragraphs: 4 },
  { role: "user", paragraphs: 3 },
] as const;

let kept: readonly string[] | undefined;

/** As they stand in a JSON string; written once a process, since writing them takes longer than a request. */
function paragraphs(): readonly string[] {
  const random = seededRandom(20_260_601);
  kept ??= Array.from({ length: paragraphsKept }, () => `${escaped(writeProse(random, paragraphUnits))} `);
  return kept;
}

export class ProseRequests implements Requests {
  readonly #head: string;
  readonly #form: AnswerForm;
  readonly #paragraphs = paragraphs();

  constructor({ port, path, form }: { port: number; path: string; form: AnswerForm }) {
    this.#head = requestHead(port, path, bodyBytes);
    this.#form = form;
  }

  number(value: number): Buffer {
    return Buffer.from(this.#head + this.body(value));
  }

  /** `seed` tells the upstream which of its answers to give. */
  body(value: number): string {
    const random = seededRandom(value);
    const messages = turns.map(({ role, paragraphs: count }) => {
      const said = Array.from({ length: count }, () => this.#pick(random)).join("");
      return `{"role":"${role}","content":"${said}`;
    });
    const personal = random() < personalShare ? escaped(writePersonal(random)) : "";
    const start = `{"model":"gpt-4o","messages":[${messages.join('"},')}Request ${value}. ${personal}`;
    const stream =
      this.#form === "stream" ? '"stream":true,"stream_options":{"include_usage":true}' : '"stream":false';
    const end = `"}],"temperature":0.2,"max_tokens":512,${stream},"seed":${value}}`;
    const missing = bodyBytes - Buffer.byteLength(start) - end.length;
    if (missing < 0) throw new RangeError(`a request of ${-missing} bytes too many`);
    return start + filler.slice(0, missing) + end;
  }

  #pick(random: Random): string {
    return this.#paragraphs[Math.floor(random() * this.#paragraphs.length)] ?? "";
  }
}

/** Without its quotes. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

// Owns the way of one question to a remote guard: what is known, whether it is asked at all, what came of it.
// Knows no scanner.

import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Finding, GuardMeans, TextSource, Unable } from "../../contracts/guard.ts";
import { readJson } from "../../text/json.ts";
import { Breaker, type Result } from "./breaker.ts";
import { joinPath, type RemoteSettings } from "./config.ts";
import { openCredential, type ReadCredential } from "./credential-adapter.ts";
import { malformed, overloaded, tooLong, unreachable } from "./findings.ts";
import { Gate } from "./gate.ts";
import { Line, type Received } from "./line-adapter.ts";
import type { Speaker } from "./service.ts";

interface Asked {
  readonly text: string;
  readonly source: TextSource;
  /** Monotonic: of the whole text, however many questions it takes. */
  readonly deadlineMs: number;
}

export class Asker {
  readonly #settings: RemoteSettings;
  readonly #speaker: Speaker;
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #breaker: Breaker;
  /** Verdicts alone: that nobody could decide is true of the moment. */
  readonly #known: LRUCache<string, readonly Finding[]> | undefined;
  readonly #credential: ReadCredential | undefined;

  constructor(settings: RemoteSettings, means: GuardMeans) {
    const { service, own, threshold, cache, credential, concurrencyMax } = settings;
    this.#settings = settings;
    this.#speaker = service.open({ own, threshold });
    const { origin, timeoutMs } = settings;
    this.#line = new Line({ origin, timeoutMs, connectionsMax: concurrencyMax });
    this.#gate = new Gate(concurrencyMax);
    this.#breaker = new Breaker(settings.breaker);
    this.#known = cache.entries === 0 ? undefined : new LRUCache({ max: cache.entries, ttl: cache.ttlMs });
    this.#credential = credential && openCredential(credential, means);
  }

  async ask(asked: Asked): Promise<readonly Finding[] | Unable> {
    // What is half of a pair is nothing in UTF-8; its place and length stay.
    const text = asked.text.toWellFormed();
    const { path, body } = this.#speaker.ask(text, asked.source);
    const question = { path: joinPath(this.#settings.basePath, path), body: JSON.stringify(body) };
    const key = keyOf(this.#settings.service.name, question);
    const known = this.#known?.get(key);
    if (known !== undefined) return known;
    const said = await this.#send(question, { ...asked, text });
    if (!("kind" in said)) this.#known?.set(key, said);
    return said;
  }

  async #send(
    question: { readonly path: string; readonly body: string },
    asked: Asked,
  ): Promise<readonly Finding[] | Unable> {
    const { deadlineMs } = asked;
    const refusal = this.#breaker.refusal ?? (await this.#gate.enter(deadlineMs));
    if (refusal !== undefined) return refusal;
    try {
      const admission = this.#breaker.admit();
      if (admission.kind === "unable") return admission;
      const headers = this.#headers();
      if (headers === undefined) {
        this.#breaker.note(admission, "neither");
        return unreachable;
      }
      const received = await this.#line.post({ ...question, headers, deadlineMs });
      const judged = received.kind === "unable" ? failed(received) : this.#judge(received, asked);
      this.#breaker.note(admission, judged.result);
      return judged.said;
    } finally {
      this.#gate.leave();
    }
  }

  /** Undefined: the secret cannot be had, and nobody is asked without it. */
  #headers(): Readonly<Record<string, string>> | undefined {
    if (this.#credential === undefined) return {};
    const secret = this.#credential();
    if (secret === undefined || !/^[\x21-\x7E\x80-\xFF]([\t \x21-\x7E\x80-\xFF]*)$/.test(secret)) {
      return undefined;
    }
    const { credentialHeader, service } = this.#settings;
    const header = credentialHeader ?? service.credentialHeader;
    return { [header]: header === "authorization" ? `Bearer ${secret}` : secret };
  }

  #judge({ status, body }: Received, { text, source }: Asked): Judged {
    const { verdictStatuses } = this.#settings.service;
    if ((status < 200 || status > 299) && !verdictStatuses.has(status)) return failedBy(status);
    const reading = readJson(body);
    if (reading.kind === "problem") return status > 299 ? failedBy(status) : failed(malformed);
    const said = this.#speaker.read({ status, value: reading.value, text, source });
    if (said === undefined) return status > 299 ? failedBy(status) : failed(malformed);
    return "kind" in said ? failed(said) : { said, result: "good" };
  }
}

interface Judged {
  readonly said: readonly Finding[] | Unable;
  readonly result: Result;
}

const failed = (said: Unable): Judged => ({ said, result: "bad" });

/**
 * A text can be such that it is not taken: that is nothing the others should suffer from, or one client could
 * have the guard left alone for all.
 */
function failedBy(status: number): Judged {
  if (status === 413) return { said: tooLong, result: "neither" };
  if (status === 400 || status === 422) return { said: malformed, result: "neither" };
  if (status === 429 || status === 503) return failed(overloaded);
  return failed(status >= 500 ? unreachable : malformed);
}

function keyOf(service: string, { path, body }: { readonly path: string; readonly body: string }): string {
  return createHash("sha256").update(`${service}\n${path}\n`).update(body).digest("base64");
}

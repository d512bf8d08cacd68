// Owns a guard that others run: NeMo Guardrails, Guardrails AI, Lakera, LLM Guard, Presidio, OpenAI, Azure, a
// webhook. Knows no service's format.

import type { Detector, Finding, Guard, Scan, Scanner, TextSource, Unable } from "../contracts/guard.ts";
import { Asker } from "./remote/asker.ts";
import { cutChunks, joinFindings } from "./remote/chunks.ts";
import { checkRemote, type RemoteSettings, readRemote, remoteConfig } from "./remote/config.ts";
import { tooLong } from "./remote/findings.ts";
import { TypeBound } from "./remote/type-bound.ts";

export const remoteDetector: Detector = {
  name: "remote",
  config: remoteConfig,
  code: "blocked_content",
  isWhole: true,
  check: checkRemote,
  create: (config, means) => {
    const settings = readRemote(config);
    return new RemoteGuard(settings, new Asker(settings, means));
  },
};

/** Of one text: the others want their turn, too. */
const chunksAtOnce = 4;

class RemoteGuard implements Guard {
  readonly #settings: RemoteSettings;
  readonly #asker: Asker;
  readonly #types = new TypeBound();

  constructor(settings: RemoteSettings, asker: Asker) {
    this.#settings = settings;
    this.#asker = asker;
  }

  scan(source: TextSource): Scanner {
    return new RemoteScanner(this.#settings.charsMax, (text) => this.#ask(text, source));
  }

  async #ask(text: string, source: TextSource): Promise<readonly Finding[] | Unable> {
    const deadlineMs = performance.now() + this.#settings.timeoutMs;
    const chunks = cutChunks(text, this.#settings.chunkChars);
    const found: (readonly Finding[])[] = [];
    let unable: Unable | undefined;
    let next = 0;
    const askOn = async (): Promise<void> => {
      while (next < chunks.length && unable === undefined) {
        const at = next;
        next += 1;
        const said = await this.#asker.ask({ text: chunks[at]?.text ?? "", source, deadlineMs });
        if ("kind" in said) unable ??= said;
        else found[at] = said;
      }
    };
    await Promise.all(Array.from({ length: Math.min(chunksAtOnce, chunks.length) }, askOn));
    return unable ?? this.#types.bound(joinFindings(chunks, found));
  }
}

/** Nothing is decided before its end. */
class RemoteScanner implements Scanner {
  readonly #charsMax: number;
  readonly #ask: (text: string) => Promise<readonly Finding[] | Unable>;
  #pieces: string[] = [];
  #length = 0;

  constructor(charsMax: number, ask: (text: string) => Promise<readonly Finding[] | Unable>) {
    this.#charsMax = charsMax;
    this.#ask = ask;
  }

  push(text: string): Scan {
    this.#length += text.length;
    if (this.#length <= this.#charsMax) this.#pieces.push(text);
    else this.#pieces = [];
    return undecided;
  }

  end(): Promise<readonly Finding[] | Unable> | readonly Finding[] | Unable {
    if (this.#length === 0) return [];
    return this.#length > this.#charsMax ? tooLong : this.#ask(this.#pieces.join(""));
  }
}

const undecided: Scan = Object.freeze({ findings: [], decided: 0 });

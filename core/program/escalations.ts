// Owns the way of escalations to their webhooks: a bounded queue, tried again where nobody answered. Nobody
// waits for it. Knows no signal.

import { setTimeout as delay } from "node:timers/promises";
import type { Escalation, EscalationWebhook } from "../contracts/escalation.ts";
import type { SecretSource } from "../contracts/policy.ts";
import { type Credential, openCredential } from "../motion/credential.ts";
import { type Posted, Posts } from "./escalations/post-adapter.ts";
import { signatureHeaders } from "./escalations/signature.ts";

/** What waits beyond these is lost, and said to be. */
const waitingMax = 1_000;
const underWayMax = 8;
/** The first try among them. */
const triesMax = 3;
const backoffMs = 1_000;
/** At the program's end. */
const closeMsMax = 5_000;

/** `full`: no room. `refused`: the receiver does not want it. `lost`: nobody took it, however often. */
export type EscalationLoss = "full" | "refused" | "lost" | "no_credential";

export interface EscalationsOptions<Told = Escalation> {
  readonly environment: NodeJS.ProcessEnv;
  onDelivered(told: Told, tries: number): void;
  /** It was never taken: whoever reads the log has to hand it over. */
  onLost(told: Told, because: EscalationLoss): void;
  /** Before the second try; doubled for the third. */
  readonly backoffMs?: number;
}

interface Waiting<Told> {
  readonly told: Told;
  readonly webhook: EscalationWebhook;
}

/** `Told`: what a webhook is told, by an id of its own. */
export class Escalations<Told extends { readonly id: string } = Escalation> {
  readonly #options: EscalationsOptions<Told>;
  readonly #posts = new Posts();
  /** By their source: bounded by those that policies have named. */
  readonly #credentials = new Map<string, Credential>();
  #waiting: Waiting<Told>[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: EscalationsOptions<Told>) {
    this.#options = options;
  }

  /** What is not delivered yet. */
  get length(): number {
    return this.#waiting.length + this.#underWay.size;
  }

  take(told: Told, webhook: EscalationWebhook): void {
    if (this.#waiting.length >= waitingMax || this.#closing.signal.aborted) {
      this.#options.onLost(told, "full");
      return;
    }
    this.#waiting.push({ told, webhook });
    this.#fill();
  }

  /** Waits a while for what is under way; tells of what is left. */
  async close(): Promise<void> {
    const deadlineMs = performance.now() + closeMsMax;
    for (let leftMs = closeMsMax; this.#underWay.size > 0 && leftMs > 0; ) {
      await Promise.race([...this.#underWay, delay(leftMs, undefined, { ref: false })]);
      leftMs = deadlineMs - performance.now();
    }
    this.#closing.abort();
    for (const { told } of this.#waiting.splice(0)) this.#options.onLost(told, "lost");
    await this.#posts.close();
    await Promise.all(this.#underWay);
  }

  #fill(): void {
    while (this.#underWay.size < underWayMax) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const sending = this.#deliver(next).finally(() => {
        this.#underWay.delete(sending);
        this.#fill();
      });
      this.#underWay.add(sending);
    }
  }

  async #deliver({ told, webhook }: Waiting<Told>): Promise<void> {
    const { onDelivered, onLost } = this.#options;
    let because: EscalationLoss = "lost";
    for (let tries = 1; tries <= triesMax; tries += 1) {
      if (tries > 1) await this.#pause((this.#options.backoffMs ?? backoffMs) * 2 ** (tries - 2));
      if (this.#closing.signal.aborted) break;
      const posted = await this.#post(told, webhook);
      if (typeof posted === "number" && posted >= 200 && posted < 300) {
        onDelivered(told, tries);
        return;
      }
      because = lossOf(posted);
      if (because === "refused") break;
    }
    onLost(told, because);
  }

  async #post(told: Told, webhook: EscalationWebhook): Promise<Posted | "no_credential"> {
    const { credential, signing } = webhook;
    const secret = this.#read(credential);
    const key = this.#read(signing);
    const isMissing =
      (credential !== undefined && secret === undefined) || (signing !== undefined && key === undefined);
    if (isMissing) return "no_credential";
    const { id } = told;
    const body = JSON.stringify(told);
    const headers: Record<string, string> = { "idempotency-key": id };
    if (secret !== undefined) headers.authorization = `Bearer ${secret}`;
    if (key !== undefined) Object.assign(headers, signatureHeaders(key, { id, body, atMs: Date.now() }));
    return this.#posts.send({ webhook, headers, body });
  }

  #read(source: SecretSource | undefined): string | undefined {
    return source === undefined ? undefined : this.#credential(source).read();
  }

  #credential(source: SecretSource): Credential {
    const key = source.kind === "env" ? `env ${source.name}` : `file ${source.path}`;
    const known = this.#credentials.get(key) ?? openCredential(source, this.#options.environment);
    this.#credentials.set(key, known);
    return known;
  }

  /** Ends at once where the program does. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#closing;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    });
  }
}

/** What is not taken as it is will not be taken again; who is busy or broken may be well later. */
function lossOf(posted: Posted | "no_credential"): EscalationLoss {
  if (typeof posted === "string") return posted;
  const isLater = posted >= 500 || posted === 408 || posted === 429;
  return isLater ? "lost" : "refused";
}

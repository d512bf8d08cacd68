// Owns that what is sent to a server shows the operator's credential, and once more with another token where
// the server does not take the first. Knows no protocol.

import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { FindTransport } from "./forward.ts";
import type { Reply } from "./source.ts";
import type { ShownCredential, ToolAuthorization } from "./tool-credential.ts";
import type { Outgoing, Sending } from "./transport.ts";

type Carrier = ReturnType<FindTransport>;

const unauthorized = 401;

/** Undefined: the server asks for none. */
export function authorized(carrier: Carrier, authorization: ToolAuthorization | undefined): Carrier {
  if (authorization === undefined) return carrier;
  return { send: (outgoing) => new AuthorizedSending(outgoing, carrier, authorization) };
}

class AuthorizedSending implements Sending {
  readonly replied: Promise<Reply | Refusal>;
  readonly #outgoing: Outgoing;
  readonly #carrier: Carrier;
  readonly #authorization: ToolAuthorization;
  #sending: Sending | undefined = undefined;
  #isAborted = false;

  constructor(outgoing: Outgoing, carrier: Carrier, authorization: ToolAuthorization) {
    this.#outgoing = outgoing;
    this.#carrier = carrier;
    this.#authorization = authorization;
    this.replied = this.#ask();
  }

  get hasStarted(): boolean {
    return this.#sending?.hasStarted === true;
  }

  abort(): void {
    this.#isAborted = true;
    this.#sending?.abort();
  }

  /** Who says 401 has looked at nothing but the token: the call was not carried out. */
  async #ask(): Promise<Reply | Refusal> {
    const shown = await this.#authorization.read();
    if (shown === undefined) return refuse("credential_unavailable");
    const reply = await this.#send(shown);
    if (reply.kind === "refusal" || reply.head.status !== unauthorized || !this.#canRepeat) return reply;
    this.#authorization.refused(shown);
    const other = await this.#authorization.read();
    if (other === undefined || other.value === shown.value || this.#isAborted) return reply;
    reply.source.abort();
    return this.#send(other);
  }

  #send({ header, value }: ShownCredential): Promise<Reply | Refusal> {
    if (this.#isAborted) return Promise.resolve(refuse("upstream_unreachable"));
    const outgoing = { ...this.#outgoing, headers: { ...this.#outgoing.headers, [header]: value } };
    this.#sending = this.#carrier.send(outgoing);
    return this.#sending.replied;
  }

  /** A body that streams is gone. */
  get #canRepeat(): boolean {
    const { body } = this.#outgoing;
    return body === undefined || Buffer.isBuffer(body);
  }
}

// Owns a token by client credentials (RFC 6749 section 4.4): fetched once for all who wait, kept until
// shortly before its end. Knows no tool.

import { randomUUID } from "node:crypto";
import type { Async } from "../contracts/frame.ts";
import type { JsonValue } from "../contracts/json.ts";
import type { OAuthClientSpec, ToolUrl } from "../contracts/tool-spec.ts";
import { isObject } from "../text/json.ts";
import { type Credential, openCredential } from "./credential.ts";
import { type DiscoveryOptions, findTokenUrl } from "./oauth-discovery.ts";
import { getJson, postForToken, type TokenPost } from "./oauth-request-adapter.ts";

export interface OAuthClientOptions {
  readonly spec: OAuthClientSpec;
  readonly environment: NodeJS.ProcessEnv;
  /** Of the whole fetch. */
  readonly timeoutMs?: number;
  readonly get?: DiscoveryOptions["get"];
  readonly post?: (post: TokenPost) => Promise<JsonValue | undefined>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const timeoutMsDefault = 10_000;
/** Where the server does not say. */
const lifeSDefault = 300;
const lifeSMax = 24 * 3_600;
/** A token that ends on its way is of no use. */
const spareMs = 30_000;
/** After a failure nobody asks for so long, however many wait for a token. */
const pauseMs = 1_000;
/** What a header may hold (RFC 6750 section 2.1). */
const tokenForm = /^[A-Za-z0-9._~+/=-]{1,8192}$/;

interface Token {
  readonly text: string;
  readonly goodUntilMs: number;
}

export class OAuthClient {
  readonly #options: OAuthClientOptions;
  readonly #secret: Credential;
  readonly #now: () => number;
  #token: Token | undefined = undefined;
  #fetching: Promise<Token | undefined> | undefined = undefined;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: OAuthClientOptions) {
    const { spec, environment, now = () => performance.now() } = options;
    this.#options = options;
    this.#secret = openCredential(spec.clientSecret, environment);
    this.#now = now;
  }

  /** Undefined: it cannot be had now. */
  read(): string | Promise<string | undefined> | undefined {
    const nowMs = this.#now();
    if (this.#token !== undefined && nowMs < this.#token.goodUntilMs) return this.#token.text;
    if (this.#fetching === undefined && nowMs < this.#pausedUntilMs) return undefined;
    this.#fetching ??= this.#fetch();
    return this.#fetching.then((token) => token?.text);
  }

  /** It was not accepted: the next who asks gets another one. */
  forget(token: string): void {
    if (this.#token?.text === token) this.#token = undefined;
  }

  async #fetch(): Promise<Token | undefined> {
    const secret = this.#secret.read();
    const { post = postForToken } = this.#options;
    const url = secret === undefined ? undefined : await this.#findUrl();
    const said =
      secret === undefined || url === undefined ? undefined : await post(this.#postWith(secret, url));
    this.#token = readToken(said, this.#now());
    if (this.#token === undefined) this.#pausedUntilMs = this.#now() + pauseMs;
    this.#fetching = undefined;
    return this.#token;
  }

  /** Asked for anew with each token: there is an hour between two. */
  #findUrl(): Async<ToolUrl | undefined> {
    const { spec, timeoutMs = timeoutMsDefault, get = (url) => getJson(url, timeoutMs) } = this.#options;
    const { tokenUrl, server: resource, issuers } = spec;
    return tokenUrl ?? (resource === undefined ? undefined : findTokenUrl({ resource, issuers, get }));
  }

  #postWith(secret: string, url: ToolUrl): TokenPost {
    const { spec, timeoutMs = timeoutMsDefault } = this.#options;
    const { clientId, scope, audience, resource, clientAuth } = spec;
    const form = new URLSearchParams({ grant_type: "client_credentials" });
    if (scope !== undefined) form.set("scope", scope);
    if (audience !== undefined) form.set("audience", audience);
    if (resource !== undefined) form.set("resource", resource);
    const headers: Record<string, string> = { "x-request-id": randomUUID() };
    if (clientAuth === "basic") headers.authorization = basic(clientId, secret);
    else {
      form.set("client_id", clientId);
      form.set("client_secret", secret);
    }
    return { url, headers, form: form.toString(), timeoutMs };
  }
}

/** RFC 6749 section 2.3.1: both are encoded as in a form before they are put together. */
function basic(clientId: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString("base64")}`;
}

function readToken(said: JsonValue | undefined, nowMs: number): Token | undefined {
  if (!isObject(said)) return undefined;
  const { access_token: text, token_type: type = "bearer", expires_in: expires } = said;
  if (typeof text !== "string" || !tokenForm.test(text)) return undefined;
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") return undefined;
  const seconds = typeof expires === "string" ? Number(expires) : expires;
  const lifeS = typeof seconds === "number" && seconds > 0 ? Math.min(seconds, lifeSMax) : lifeSDefault;
  // Of a very short life half is used.
  const goodMs = Math.max(lifeS * 1_000 - spareMs, lifeS * 500);
  return { text, goodUntilMs: nowMs + goodMs };
}

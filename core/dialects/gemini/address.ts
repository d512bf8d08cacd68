// Owns what a Gemini request says in its path and query: the model, the way of answering, a credential.
// Reads no body.

import querystring from "node:querystring";
import type { RequestHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";

/** `/v1beta/models/gemini-2.5-pro:generateContent`; on Vertex AI projects stand before `models`. */
const form = /^(?<before>.*\/)(?<list>models|tunedModels)\/(?<name>[^/]+?)(?<method>:[A-Za-z]+)?$/;

export interface Address {
  /** As a policy names it; a tuned one with its list: `tunedModels/mine`. */
  readonly model: string;
  /** Without the colon; undefined where the model itself is asked for. */
  readonly method: string | undefined;
}

export function readPath(path: string): Address | undefined {
  const { list, name, method } = form.exec(path)?.groups ?? {};
  if (list === undefined || name === undefined) return undefined;
  const plain = querystring.unescape(name);
  return { model: list === "models" ? plain : `${list}/${plain}`, method: method?.slice(1) };
}

/** The path with another model in it. */
export function renamePath(path: string, model: string): string {
  const { before, method = "" } = form.exec(path)?.groups ?? {};
  return before === undefined ? path : `${before}${resourceOf(model)}${method}`;
}

/** `models/gemini-2.5-pro`; the slash of `tunedModels/mine` stays. */
export function resourceOf(model: string): string {
  const tuned = /^tunedModels\/(.+)$/.exec(model)?.[1];
  return tuned === undefined ? `models/${encodeName(model)}` : `tunedModels/${encodeName(tuned)}`;
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll("%3A", ":").replaceAll("%40", "@");
}

/** These show who asks: the policy's credential takes their place. */
const credentials: ReadonlySet<string> = new Set(["key", "access_token", "oauth_token"]);
const known: ReadonlySet<string> = new Set(["alt", "prettyPrint", "pageSize", "pageToken", ".xgafv"]);

/** The query as it goes on. Google takes each of its names with a `$` before it, too. */
export function cleanQuery(query: string): string {
  const kept = partsOf(query).filter(({ name }) => !credentials.has(name));
  return kept.length === 0 ? "" : `?${kept.map(({ part }) => part).join("&")}`;
}

/**
 * A field mask would take the usage out of an answer, a callback make a script of it: what is not known is
 * refused.
 */
export function checkQuery({ query }: RequestHead): Refusal | undefined {
  const parts = partsOf(query).filter(({ name }) => !credentials.has(name));
  const names = parts.map(({ name }) => name);
  if (names.some((name) => !known.has(name)) || new Set(names).size < names.length) {
    const message = `Of the query's names only ${[...known].slice(0, 4).join(", ")} are taken, each once.`;
    return refuse("request_malformed", { message });
  }
  const alt = parts.find(({ name }) => name === "alt")?.value ?? "json";
  if (/^(json|sse)(;enum-encoding=(int|string))?$/.test(alt)) return undefined;
  return refuse("request_malformed", { message: "`alt` must be json or sse." });
}

interface QueryPart {
  readonly part: string;
  /** Without the `$`. */
  readonly name: string;
  readonly value: string;
}

function partsOf(query: string): readonly QueryPart[] {
  return query
    .slice(1)
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      const [name, value] = at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      return { part, name: plain(name).replace(/^\$/, ""), value: plain(value) };
    });
}

function plain(text: string): string {
  return querystring.unescape(text.replaceAll("+", " "));
}

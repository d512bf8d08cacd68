// Owns the recorded exchanges of ../shared/data/recorded/*.jsonl.gz. Knows no dialect.

import { readdirSync } from "node:fs";
import type { HeaderMap, JsonValue } from "../../core/contracts/dialect.ts";
import { readRows } from "../shared-data.ts";
import { addressOf } from "./address.ts";
import { answerHeadOf, type Exchange, type Source } from "./exchange.ts";

export interface Row {
  readonly id: string;
  readonly request: {
    readonly method?: string;
    readonly url: string;
    readonly json?: JsonValue;
    readonly text?: string;
    readonly base64?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: HeaderMap;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
}

/** `folder`: where the files lie. */
export function* recordedExchanges(folder: string): Generator<Exchange> {
  for (const file of readdirSync(folder).filter((file) => file.endsWith(".jsonl.gz"))) {
    const name = file.replace(".jsonl.gz", "");
    for (const row of readRows<Row>(`${folder}/${file}`)) {
      yield toExchange(row, `recorded/${name}#${row.id}`, "recorded");
    }
  }
}

export function toExchange({ request, response }: Row, name: string, source: Source): Exchange {
  const { api, path, query } = addressOf(request.url);
  const { status, headers = {}, body: text = "", bodyBase64 } = response;
  const body = bodyBase64 === undefined ? Buffer.from(text) : Buffer.from(bodyBase64, "base64");
  const headersOfRequest = { "content-type": "application/json" };
  return {
    name,
    source,
    api,
    asked: { method: request.method ?? "POST", path, query, headers: headersOfRequest },
    request: bodyOf(request),
    head: answerHeadOf(status, headers, body),
    body,
  };
}

function bodyOf({ json, text, base64 }: Row["request"]): Buffer | undefined {
  if (json !== undefined && json !== null) return Buffer.from(JSON.stringify(json));
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return text === undefined ? undefined : Buffer.from(text);
}

// Owns what Sluice does with an exchange, by the route tables in the code: reads it, passes it metered,
// refuses it by name, or does not cover it. Knows no dialect by name.

import type { Call, Dialect } from "../../core/contracts/dialect.ts";
import { apis, findRoute } from "../../core/dialects/index.ts";
import { read } from "../core/dialects/answers.ts";
import type { Exchange } from "./exchange.ts";
import { unreadable } from "./unreadable.ts";

export type Coverage =
  | {
      readonly kind: "inspected" | "metered";
      readonly dialect: Dialect;
      /** Undefined where no request was kept. */
      readonly call: Call | undefined;
    }
  /** By the table, before anything goes out. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "uncovered"; readonly reason: string };

/** Stands in for dialects: how a broken one is put in a sound one's place. */
export type Replace = (dialect: Dialect) => Dialect;

export function coverageOf(exchange: Exchange, replace: Replace): Coverage {
  const { api: name, asked, request } = exchange;
  const api = Object.entries(apis).find(([known]) => known === name)?.[1];
  if (api === undefined)
    return { kind: "uncovered", reason: "no provider of models: tools' servers are MCP's" };
  const route = findRoute(api.routes, asked.method, asked.path);
  const place = `${name} ${asked.method} ${nameless(asked.path)}`;
  if (route === undefined) return { kind: "uncovered", reason: `${place}: not listed` };
  if (route.dialect === undefined) return { kind: "refused", reason: `${place}: the route table refuses it` };
  const dialect = replace(route.dialect);
  const call = request === undefined ? undefined : dialect.readCall(request, asked);
  if (call?.kind === "refusal") {
    return { kind: "uncovered", reason: `${place}: ${call.code}: ${call.message}` };
  }
  const reason = unreadable(exchange.name);
  if (reason !== undefined && "kind" in read(dialect, exchange.head, [exchange.body])) {
    return { kind: "uncovered", reason };
  }
  return { kind: route.coverage === "metered" ? "metered" : "inspected", dialect, call };
}

/** Without what differs from call to call. */
function nameless(path: string): string {
  return path.replace(/(thread|resp|msg|v1)_\w+/g, "*").replace(/(?<=models?\/)[^/:]+/, "*");
}

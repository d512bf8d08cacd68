// Owns the proof of who may call an agent. Knows nothing of credentials.

import { expect, it } from "vitest";
import { authorizeFilter } from "../../../core/filters/authorize.ts";
import { sampleExchange } from "./sample-exchange.ts";

function say(callers: readonly string[], access: "named" | "anonymous", name?: string): string {
  const exchange = sampleExchange();
  if (name !== undefined) exchange.caller = { name, team: undefined, trust: new Set() };
  const filter = authorizeFilter({
    callers: new Set(callers),
    agents: new Set(),
    allowsAnonymous: access === "anonymous",
  });
  const opened = filter.open(exchange);
  if (opened === undefined) return "allowed";
  return "code" in opened ? `${opened.status} ${opened.code}` : "something else";
}

it("lets in whom the agent names, and nobody else", () => {
  expect(say(["web-app", "batch"], "named", "batch")).toBe("allowed");
  expect(say(["web-app"], "named", "batch")).toBe("403 caller_denied");
  expect(say([], "named", "web-app")).toBe("403 caller_denied");
  expect(say(["web-app"], "named")).toBe("403 caller_denied");
});

it("lets in everybody where the agent takes anonymous callers", () => {
  expect(say([], "anonymous")).toBe("allowed");
  expect(say(["web-app"], "anonymous", "batch")).toBe("allowed");
});

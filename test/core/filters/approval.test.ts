// Owns the proof of what holding a call means, decision by decision. Starts nothing.

import { hash } from "node:crypto";
import { expect, it } from "vitest";
import {
  type ApprovalDecision,
  type ApprovalEnd,
  type Approvals,
  approvalsHeldMax,
} from "../../../core/contracts/approval.ts";
import { approvalFilter } from "../../../core/filters/approval.ts";
import { MemoryApprovals } from "../../../core/stores/memory-approvals.ts";
import { asVisit, chatCall, sampleExchange } from "./sample-exchange.ts";

const decision = (said: ApprovalEnd, reason?: string): ApprovalDecision => ({
  ...{ decision: said, by: "grace", reason, at: "2026-01-01T00:00:00Z" },
});

interface Sample {
  readonly approvals?: Approvals;
  readonly withinMs?: number;
  readonly edited?: string;
  readonly onHeld?: (id: string, exchange: ReturnType<typeof sampleExchange>) => void;
}

async function call({ approvals = new MemoryApprovals(), withinMs = 60_000, edited, onHeld }: Sample) {
  const exchange = sampleExchange();
  const ends: string[] = [];
  const filter = approvalFilter({
    ...{ tool: "t", version: "1.0.0", spec: { withinMs }, approvals, pollMs: 1, sameForMs: 0 },
    hashed: (text) => `#${text.length}`,
    onHeld: ({ id }) => onHeld?.(id, exchange),
    onEnded: (_request, end) => ends.push(end),
  });
  const opened = await filter.open(exchange);
  const edits = new Map(edited === undefined ? [] : [["", edited]]);
  const halt = await asVisit(opened).call?.({ ...chatCall("{}"), value: { a: 1 }, edits });
  return { said: halt === undefined ? "made" : "code" in halt ? `${halt.code}: ${halt.message}` : "", ends };
}

it("shows what will be sent, as guards have left it", async () => {
  const approvals = new MemoryApprovals();
  const seen: unknown[] = [];
  const onHeld = (id: string): void => {
    const { arguments: args, arguments_hash } = approvals.find(id) ?? {};
    seen.push(args, arguments_hash);
    approvals.settle(id, decision("approve"));
  };
  expect(await call({ approvals, onHeld })).toEqual({ said: "made", ends: ["approve"] });
  await call({ approvals, onHeld, edited: '{"a":"[email]"}' });
  expect(seen).toEqual(['{"a":1}', "#7", '{"a":"[email]"}', "#15"]);
});

it("holds no more calls than have a place", async () => {
  const approvals = new MemoryApprovals();
  const later = new Date(Date.now() + 60_000).toISOString();
  const waiting = {
    ...{ agent_id: "a", tool: "t", version: "1.0.0", arguments: "{}", arguments_hash: "#2", request_id: "r" },
    ...{ task_id: undefined, session_id: undefined, user_id: undefined, caller: undefined },
    ...{ created_at: new Date().toISOString(), expires_at: later },
  };
  for (let at = 0; at < approvalsHeldMax; at += 1) {
    expect(approvals.hold({ ...waiting, id: String(at) })).toBe("held");
  }
  expect((await call({ approvals })).said).toMatch(/^overloaded: /);
  approvals.settle("0", decision("deny"));
  expect(approvals.hold({ ...waiting, id: "next" })).toBe("held");
});

it("hears the first who decides, and nobody after", async () => {
  const approvals = new MemoryApprovals();
  const later: unknown[] = [];
  const onHeld = (id: string): void => {
    approvals.settle(id, decision("deny", "too dear"));
    later.push(approvals.settle(id, decision("approve")), approvals.settle("nobody", decision("approve")));
  };
  const { said, ends } = await call({ approvals, onHeld });
  expect(said).toBe("approval_denied: A person has denied this call of `t` (too dear). Do not repeat it.");
  expect(ends).toEqual(["deny"]);
  expect(later).toEqual([{ kind: "earlier", decision: decision("deny", "too dear") }, { kind: "unknown" }]);
});

it("ends with no, and with nobody waiting", async () => {
  const approvals = new MemoryApprovals();
  const { said, ends } = await call({ approvals, withinMs: 5 });
  expect(said).toContain("approval_expired");
  expect(ends).toEqual(["expired"]);
  expect(approvals.list(10)).toEqual([]);
});

it("is withdrawn where the exchange is cut", async () => {
  const { ends } = await call({ onHeld: (_id, exchange) => exchange.cut({ kind: "gone" }) });
  expect(ends).toEqual(["withdrawn"]);
});

it("is heard in the last moment: a yes that came before the end is a yes", async () => {
  const held = new MemoryApprovals();
  const late: Approvals = {
    hold: (request) => held.hold(request),
    find: (id) => held.find(id),
    list: (max) => held.list(max),
    decisionOf: () => "lost",
    settle: (id, own) => {
      held.settle(id, decision("approve"));
      return held.settle(id, own);
    },
  };
  expect(await call({ approvals: late, withinMs: 5 })).toEqual({ said: "made", ends: ["approve"] });
});

it("refuses where nobody can be asked", async () => {
  const none = new MemoryApprovals();
  const lost: Approvals = { ...spread(none), hold: () => "lost" };
  expect((await call({ approvals: lost })).said).toContain("store_unavailable");
  expect((await call({ approvals: { ...spread(none), hold: () => "full" } })).said).toContain("overloaded");
});

function spread(approvals: MemoryApprovals): Approvals {
  return {
    hold: (request) => approvals.hold(request),
    find: (id) => approvals.find(id),
    decisionOf: (id) => approvals.decisionOf(id),
    settle: (id, said) => approvals.settle(id, said),
    list: (max) => approvals.list(max),
  };
}

interface Repeat {
  readonly key: string;
  readonly args: object;
  readonly decide?: ApprovalEnd;
  readonly sameForMs?: number;
  readonly at?: string;
}

/** One call after the other, by one agent; how often somebody was asked. */
async function repeat(...calls: readonly Repeat[]) {
  const approvals = new MemoryApprovals();
  const said: string[] = [];
  let asked = 0;
  for (const { key, args, decide, sameForMs = 60_000, at = new Date().toISOString() } of calls) {
    const exchange = sampleExchange({ headers: { "idempotency-key": key } });
    const filter = approvalFilter({
      ...{ tool: "t", version: "1.0.0", spec: { withinMs: 20 }, approvals, pollMs: 1, sameForMs },
      hashed: (text) => `#${hash("sha256", text)}`,
      onHeld: ({ id }) => {
        asked += 1;
        if (decide !== undefined) approvals.settle(id, { ...decision(decide), at });
      },
      onEnded: () => {},
    });
    const opened = await filter.open(exchange);
    const halt = await asVisit(opened).call?.({ ...chatCall("{}"), value: { ...args }, edits: new Map() });
    said.push(halt !== undefined && "code" in halt ? halt.code : "made");
  }
  return { said, asked };
}

it("asks about a call once, however often it comes with its key", async () => {
  const call = { key: "k", args: { a: 1 } };
  expect(await repeat({ ...call, decide: "approve" }, call, call)).toEqual({
    said: ["made", "made", "made"],
    asked: 1,
  });
  const denied = await repeat({ ...call, decide: "deny" }, { ...call, decide: "approve" });
  expect(denied).toEqual({ said: ["approval_denied", "approval_denied"], asked: 1 });
});

it("asks again about another key, other arguments, what nobody decided, and what was long ago", async () => {
  const call = { key: "k", args: { a: 1 }, decide: "approve" } as const;
  const long = "2026-01-01T00:00:00Z";
  for (const calls of [
    [call, { ...call, key: "l" }],
    [call, { ...call, args: { a: 2 } }],
    [{ key: "k", args: { a: 1 } }, call],
    [{ ...call, at: long }, call],
    [
      { ...call, sameForMs: 0 },
      { ...call, sameForMs: 0 },
    ],
  ]) {
    expect((await repeat(...calls)).asked).toBe(2);
  }
});

// Owns the proof of what an exchange works on: which place is believed, what ids and ceilings may be.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeaderMap } from "../../../core/contracts/dialect.ts";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { Delegation, TaskContext, VerifiedClaims } from "../../../core/contracts/identity.ts";
import type { TrustedHeader } from "../../../core/contracts/policy.ts";
import { type ContextPointers, contextFilter } from "../../../core/filters/context.ts";
import { asVisit, chatCall, sampleExchange } from "./sample-exchange.ts";

const none: ContextPointers = { session: undefined, task: undefined, steps: undefined, tokens: undefined };
const all: ContextPointers = { session: "/session_id", task: "/id", steps: "/max_steps", tokens: "/budget" };
const everything: readonly TrustedHeader[] = ["x-request-id", "x-task-id", "x-session-id", "x-user-id"];
const headers = {
  "x-request-id": "r-header",
  "x-task-id": "t-header",
  "x-session-id": "s-header",
  "x-user-id": "u-header",
};

interface Sample {
  readonly pointers?: ContextPointers;
  /** JSON; undefined is no body. */
  readonly body?: string;
  readonly headers?: HeaderMap;
  readonly trust?: readonly TrustedHeader[];
  readonly claims?: VerifiedClaims;
  readonly delegation?: Delegation;
}

interface Settled {
  readonly exchange: Exchange;
  /** `400 CODE: message`, where it refuses. */
  readonly refusal: string | undefined;
}

async function settle(sample: Sample): Promise<Settled> {
  const exchange = sampleExchange({ headers: sample.headers ?? {} });
  if (sample.trust !== undefined) {
    exchange.caller = { name: "web-app", team: "growth", trust: new Set(sample.trust) };
  }
  exchange.claims = sample.claims;
  exchange.delegation = sample.delegation;
  const opened = await contextFilter(sample.pointers ?? none).open(exchange);
  if (opened === undefined) return { exchange, refusal: undefined };
  const { body = "" } = sample;
  const value = body === "" ? undefined : JSON.parse(body);
  const halt = await asVisit(opened).call?.({ ...chatCall(body), value });
  const refusal = halt?.kind === "refusal" ? `${halt.status} ${halt.code}: ${halt.message}` : undefined;
  return { exchange, refusal };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("without pointers", () => {
  it("knows the context at once, so that bodies stream", async () => {
    expect(contextFilter(none).wantsCall).toBe(false);
    const { exchange } = await settle({});
    expect(exchange.context).toEqual({
      task: expect.stringMatching(uuid),
      session: undefined,
      user: undefined,
      caller: "anonymous",
      team: undefined,
      depth: 0,
      stepsMax: undefined,
      tokensMax: undefined,
    });
    expect(exchange.id).toBe("request-1");
  });

  it("gives each task a name of its own", async () => {
    const [one, other] = await Promise.all([settle({}), settle({})]);
    expect(one.exchange.context?.task).not.toBe(other.exchange.context?.task);
  });
});

describe("headers", () => {
  it("are believed of a caller that is trusted with them", async () => {
    const { exchange } = await settle({ headers, trust: everything });
    expect(exchange.id).toBe("r-header");
    expect(exchange.context).toMatchObject({
      task: "t-header",
      session: "s-header",
      user: "u-header",
      caller: "web-app",
      team: "growth",
    });
  });

  it.each(everything)("are believed one by one: %s", async (name) => {
    const { exchange } = await settle({ headers, trust: [name] });
    const { task, session, user } = exchange.context ?? {};
    const believed = [exchange.id, task, session, user].filter((id) => id?.endsWith("-header"));
    expect(believed).toEqual([headers[name as keyof typeof headers]]);
  });

  it("are nothing of anybody else", async () => {
    for (const sample of [{ headers }, { headers, trust: [] }]) {
      const { exchange } = await settle(sample);
      expect(exchange.id).toBe("request-1");
      expect(exchange.context).toMatchObject({ session: undefined, user: undefined });
      expect(exchange.context?.task).toMatch(uuid);
    }
  });

  it.each(["", "a b", "a/b", "ä", "x".repeat(129), "a\u0000"])(
    "that are no ids are ignored: %j",
    async (id) => {
      const odd = { "x-request-id": id, "x-session-id": id, "x-task-id": id, "x-user-id": [id, id] };
      const { exchange, refusal } = await settle({ headers: odd, trust: everything });
      expect(refusal).toBeUndefined();
      expect(exchange.id).toBe("request-1");
      expect(exchange.context).toMatchObject({ session: undefined, user: undefined });
    },
  );
});

describe("which comes first", () => {
  const body = JSON.stringify({ id: "t-body", session_id: "s-body", max_steps: 3, budget: 600 });

  it("the body before the headers", async () => {
    const { exchange } = await settle({ pointers: all, body, headers, trust: everything });
    expect(exchange.context).toMatchObject({ task: "t-body", session: "s-body", user: "u-header" });
    expect(exchange.context).toMatchObject({ stepsMax: 3, tokensMax: 600 });
    expect(exchange.id).toBe("r-header");
  });

  it("verified claims before both", async () => {
    const claims = { user: "u-claim", session: "s-claim" };
    const { exchange } = await settle({ pointers: all, body, headers, trust: everything, claims });
    expect(exchange.context).toMatchObject({ task: "t-body", session: "s-claim", user: "u-claim" });
  });

  it("the headers where the body says nothing", async () => {
    for (const silent of ["{}", '{"id":null,"session_id":null}', "[]", ""]) {
      const { exchange } = await settle({ pointers: all, body: silent, headers, trust: everything });
      expect(exchange.context).toMatchObject({ task: "t-header", session: "s-header" });
    }
  });
});

describe("ids in a body", () => {
  const idForm = "1 to 128 characters of A-Z, a-z, 0-9 and . _ : @ -";

  it("are found at any depth, by RFC 6901", async () => {
    const pointers = { ...none, session: "/meta/a~1b/0" };
    const { exchange } = await settle({ pointers, body: '{"meta":{"a/b":["s-1"]}}' });
    expect(exchange.context?.session).toBe("s-1");
  });

  it("are of the body alone, not of every object", async () => {
    const pointers = { ...none, session: "/constructor/name", task: "/toString" };
    const { exchange, refusal } = await settle({ pointers, body: "{}" });
    expect([exchange.context?.session, refusal]).toEqual([undefined, undefined]);
  });

  it.each(["42", "true", "{}", "[]", '""', '"a b"', '"a\\n"', '"é"', `"${"x".repeat(129)}"`])(
    "are text of at most 128 plain characters, not %s",
    async (value) => {
      for (const [name, pointer] of [
        ["session_id", "/session_id"],
        ["id", "/id"],
      ]) {
        const { refusal } = await settle({ pointers: all, body: `{"${name}":${value}}` });
        const told = `400 request_malformed: ${pointer} must be ${idForm}`;
        expect(refusal).toBe(told);
      }
    },
  );

  it("hold: any text is taken as it is, or refused without being repeated", async () => {
    const safe = /^[A-Za-z0-9._:@-]{1,128}$/;
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 140 }), async (id) => {
        const body = JSON.stringify({ session_id: id });
        const { exchange, refusal } = await settle({ pointers: all, body });
        if (safe.test(id)) expect(exchange.context?.session).toBe(id);
        else expect(refusal).toMatch(/^400 request_malformed: \/session_id must be 1 to 128 characters/);
      }),
    );
  });
});

describe("ceilings of the task's own", () => {
  it("have defaults where the body may say them and does not", async () => {
    for (const body of ["{}", '{"max_steps":null,"budget":null}', ""]) {
      const { exchange } = await settle({ pointers: all, body });
      expect(exchange.context).toMatchObject({ stepsMax: 10, tokensMax: 8_192 });
    }
    const { exchange } = await settle({ pointers: { ...all, tokens: undefined }, body: "{}" });
    expect(exchange.context).toMatchObject({ stepsMax: 10, tokensMax: undefined });
  });

  it.each([1, 25])("take %d steps", async (steps) => {
    const { exchange } = await settle({ pointers: all, body: `{"max_steps":${steps}}` });
    expect(exchange.context?.stepsMax).toBe(steps);
  });

  it.each([512, 32_768])("take %d tokens", async (tokens) => {
    const { exchange } = await settle({ pointers: all, body: `{"budget":${tokens}}` });
    expect(exchange.context?.tokensMax).toBe(tokens);
  });

  it.each(["0", "26", "-1", "1.5", "1e3", '"10"', "true", "[10]", "{}"])("refuse %s steps", async (steps) => {
    const { refusal } = await settle({ pointers: all, body: `{"max_steps":${steps}}` });
    expect(refusal).toBe("400 ceiling_out_of_bounds: /max_steps must be a whole number from 1 to 25.");
  });

  it.each(["511", "32769", "8192.5", '"8192"'])("refuse %s tokens", async (tokens) => {
    const { refusal } = await settle({ pointers: all, body: `{"budget":${tokens}}` });
    expect(refusal).toBe("400 ceiling_out_of_bounds: /budget must be a whole number from 512 to 32768.");
  });
});

describe("a task that another agent was given", () => {
  const context = {
    ...{ task: "given", session: "s", user: "u", caller: "web-app", team: undefined },
    ...{ depth: 1, via: ["planner"], stepsMax: undefined, tokensMax: undefined },
  };
  const below = (above: TaskContext["above"]): Delegation => ({
    agent: "planner",
    context: { ...context, ...(above && { above }) },
  });

  it("stays that task, whatever a body names", async () => {
    const body = '{"id":"new","session_id":"new","max_steps":3}';
    const { exchange } = await settle({ pointers: all, body, delegation: below(undefined), headers });
    expect(exchange.context).toEqual({ ...context, stepsMax: 3, tokensMax: 8_192 });
  });

  it("has no other ceilings than those above, where its body asks for none", async () => {
    const above = [{ agent: "planner", stepsMax: 4, tokensMax: undefined }];
    const { exchange } = await settle({ pointers: all, body: "{}", delegation: below(above) });
    expect(exchange.context).toEqual({ ...context, above, stepsMax: undefined, tokensMax: 8_192 });
  });

  it("is asked for less by an agent that is above already, never for more", async () => {
    const above = [{ agent: "search", stepsMax: 4, tokensMax: undefined }];
    const asked = async (steps: number) =>
      (await settle({ pointers: all, body: `{"max_steps":${steps}}`, delegation: below(above) })).exchange;
    expect((await asked(2)).context).toMatchObject({ stepsMax: undefined, above: [{ stepsMax: 2 }] });
    expect((await asked(9)).context).toMatchObject({ stepsMax: undefined, above: [{ stepsMax: 4 }] });
  });
});

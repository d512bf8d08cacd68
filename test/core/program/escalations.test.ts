// Owns the proof that escalations reach their webhook: once, again where nobody answered, or are said to be
// lost. Makes no signal.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Escalation, EscalationSpec, EscalationWebhook } from "../../../core/contracts/escalation.ts";
import {
  type ConfirmationLine,
  type EscalationEndLine,
  type EscalationLine,
  escalationOf,
  openEscalations,
} from "../../../core/program/escalation-events.ts";
import { Escalations } from "../../../core/program/escalations.ts";
import { ask, spec } from "../filters/escalation/desk.ts";

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Escalation;
}

let server: Server;
let received: Received[];
let respond: (response: ServerResponse, count: number) => void;

beforeEach(async () => {
  received = [];
  respond = (response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { url, headers } = request;
      received.push({ url, headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      respond(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const hook = (change: Partial<EscalationWebhook> = {}): EscalationWebhook => ({
  origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  path: "/handover?desk=1",
  credential: undefined,
  timeoutMs: 1_000,
  ...change,
});

const sample = (id: string): Escalation => ({
  id,
  reason: "user_request",
  priority: "normal",
  summary: "The user asks for a person.",
  reasons: ["user_request"],
  created_at: "2026-11-21T10:00:00.000Z",
  agent_id: "search",
  request_id: "request-1",
  trace_id: undefined,
  task_id: "task-1",
  session_id: undefined,
  user_id: undefined,
  caller: "web-app",
  context: [{ role: "user", text: "Let me talk to a human" }],
  context_withheld: false,
});

interface Outbox {
  readonly escalations: Escalations;
  readonly log: string[];
  /** When so many were told of. */
  settled(count: number): Promise<readonly string[]>;
}

function open(environment: NodeJS.ProcessEnv = {}): Outbox {
  const log: string[] = [];
  let wake = (): void => {};
  const tell = (line: string): void => {
    log.push(line);
    wake();
  };
  const escalations = new Escalations({
    environment,
    backoffMs: 10,
    onDelivered: ({ id }, tries) => tell(`${id} delivered ${tries}`),
    onLost: ({ id }, because) => tell(`${id} ${because}`),
  });
  const settled = async (count: number): Promise<readonly string[]> => {
    while (log.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return log;
  };
  return { escalations, log, settled };
}

describe("an escalation", () => {
  it("is posted with its reason, priority, summary and context, and a key of its own", async () => {
    const { escalations, settled } = open({ DESK_KEY: "secret" });
    escalations.take(sample("one"), hook({ credential: { kind: "env", name: "DESK_KEY" } }));
    expect(await settled(1)).toEqual(["one delivered 1"]);
    const [{ url, headers, body } = {} as Received] = received;
    expect(url).toBe("/handover?desk=1");
    expect(headers).toMatchObject({
      authorization: "Bearer secret",
      "idempotency-key": "one",
      "content-type": "application/json",
    });
    expect(body).toEqual(JSON.parse(JSON.stringify(sample("one"))));
    await escalations.close();
  });

  it("is tried three times where the receiver is broken, busy or slow", async () => {
    const { escalations, settled } = open();
    respond = (response, count) => response.writeHead(count === 1 ? 503 : count === 2 ? 429 : 200).end();
    escalations.take(sample("one"), hook());
    expect(await settled(1)).toEqual(["one delivered 3"]);
    respond = () => {};
    escalations.take(sample("two"), hook({ timeoutMs: 30 }));
    expect(await settled(2)).toContain("two lost");
    expect(received).toHaveLength(6);
    await escalations.close();
  });

  it("is not tried again where it is not wanted, nor sent elsewhere", async () => {
    const { escalations, settled } = open();
    respond = (response) => response.writeHead(400).end();
    escalations.take(sample("one"), hook());
    await settled(1);
    respond = (response) => response.writeHead(302, { location: "/elsewhere" }).end();
    escalations.take(sample("two"), hook());
    expect(await settled(2)).toEqual(["one refused", "two refused"]);
    expect(received).toHaveLength(2);
    await escalations.close();
  });

  it("is not sent without its credential, nor to a metadata service", async () => {
    const { escalations, settled } = open();
    escalations.take(sample("one"), hook({ credential: { kind: "env", name: "NONE" } }));
    escalations.take(sample("two"), hook({ origin: "http://169.254.169.254", timeoutMs: 200 }));
    expect([...(await settled(2))].sort()).toEqual(["one no_credential", "two lost"]);
    expect(received).toEqual([]);
    await escalations.close();
  });
});

describe("the outbox", () => {
  it("is bounded, and says what it had no room for", async () => {
    const { escalations, log } = open();
    respond = () => {};
    for (let count = 0; count < 1_010; count += 1) escalations.take(sample(`${count}`), hook());
    expect(log).toEqual(["1008 full", "1009 full"]);
    expect(escalations.length).toBe(1_008);
    server.closeAllConnections();
    respond = (response) => response.writeHead(204).end();
    await escalations.close();
    expect(log).toHaveLength(1_010);
  });

  it("delivers what it holds before it closes, and takes nothing after", async () => {
    const { escalations, log } = open();
    for (const id of ["one", "two", "three"]) escalations.take(sample(id), hook());
    await escalations.close();
    expect([...log].sort()).toEqual(["one delivered 1", "three delivered 1", "two delivered 1"]);
    escalations.take(sample("four"), hook());
    expect(log.at(-1)).toBe("four full");
  });
});

describe("an agent's escalation", () => {
  it("leaves an audit line and figures, with ids hashed and no text", async () => {
    const lines: (EscalationLine | EscalationEndLine | ConfirmationLine)[] = [];
    const counted: string[] = [];
    const sinks = {
      escalated: (line: EscalationLine) => lines.push(line),
      escalationEnded: (line: EscalationEndLine) => lines.push(line),
      confirmed: (line: ConfirmationLine) => lines.push(line),
      count: (reason: string, result: string) => counted.push(`${reason} ${result}`),
    };
    const desk = openEscalations({}, sinks);
    const hash = (id: string): string => `h:${id.length}`;
    const means = { hash, hashKey: Buffer.from("key"), sinks, desk };
    const change: Partial<EscalationSpec> = { webhook: hook(), context: "last_message" };
    const filters = escalationOf(
      { spec: { ...spec, ...change }, answerPlaces: undefined },
      { place: "gateway", means },
    );
    await ask({ ...filters, handed: [], confirmed: [] }, { prompt: "canary: let me talk to a human" });
    await desk.close();
    expect(received).toHaveLength(1);
    expect(received[0]?.body.context).toEqual([{ role: "user", text: "canary: let me talk to a human" }]);
    expect(counted).toEqual(["user_request raised", "user_request delivered"]);
    expect(lines).toMatchObject([
      { agent_id: "agent", reason: "user_request", priority: "normal", messages: 1, session_id: "h:14" },
      { agent_id: "agent", reason: "user_request", result: "delivered", tries: 1 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("canary");
  });
});

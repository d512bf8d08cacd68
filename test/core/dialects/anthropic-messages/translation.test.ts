// Owns the proof that what recorded messages ask and say survives the hub. Knows no other vendor.

import { describe, expect, it } from "vitest";
import type { Conversation } from "../../../../core/contracts/conversation.ts";
import type { Call, JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Delta } from "../../../../core/contracts/frame.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { unproven } from "../../../../core/text/proof-mark.ts";
import { sharedPath } from "../../../shared-data.ts";
import { deltasOf, frames, textsOf } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import { goldens, type Node, type Recorded, recordedRows } from "./exchanges.ts";

const { translation } = anthropicMessages;
if (translation === undefined) throw new Error("no translation");
const head = { method: "POST", path: "/v1/messages", query: "", headers: {} };
const path = sharedPath("recorded/anthropic-messages.jsonl.gz");
const rows = [...goldens, ...(path === undefined ? [] : recordedRows(path, "/v1/messages"))];
const good = rows.filter((row) => row.head.status < 400);

function callOf(request: JsonValue): Call {
  const call = anthropicMessages.readCall(Buffer.from(JSON.stringify(request)), head);
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

function written(conversation: Conversation, model: string): Buffer {
  const body = translation?.write(conversation, model);
  if (!Buffer.isBuffer(body)) throw new Error(`uncarried: ${body?.field}`);
  return body;
}

/** Neighbours of one role are one turn, and instructions come first. */
function merged({ messages }: Conversation): unknown[] {
  const said = (role: string) => messages.filter((message) => message.role === role);
  const turns: { role: string; parts: unknown[] }[] = [];
  for (const { role, parts } of [...said("system"), ...messages.filter(({ role }) => role !== "system")]) {
    const full = parts.filter((part) => part.kind !== "text" || part.text !== "");
    if (full.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...full);
    else turns.push({ role, parts: [...full] });
  }
  return turns;
}

/** Told by their places: a document that is text comes back as a text. */
const isUncarried = ({ messages }: Conversation) =>
  JSON.stringify(messages).includes('"source":{"kind":"id"') ||
  messages.some(({ parts }) =>
    parts.some((part) => part.kind === "reasoning" && part.signature === undefined),
  );

describe("requests", () => {
  const all = rows.flatMap(({ request }) => (request === undefined ? [] : [callOf(request)]));
  const asked = all.map((call) => ({ call, conversation: translation.read(call) }));
  const carried = asked.filter(({ conversation: said }) => said.extras.length === 0 && !isUncarried(said));

  it("ask the same after the hub", () => {
    if (path !== undefined) expect(carried.length).toBeGreaterThan(270);
    for (const { call, conversation } of carried) {
      const model = String(call.model);
      const again = translation.read(callOf(JSON.parse(written(conversation, model).toString())));
      expect(merged(again)).toEqual(merged(conversation));
      const { messages: _a, reasoning: _b, outputTokensMax: _c, format: _d, ...rest } = again;
      expect(conversation).toMatchObject(rest);
      expect(again.outputTokensMax).toBe(conversation.outputTokensMax);
    }
  });

  it("name what no other vendor can be asked", () => {
    const names = asked.flatMap(({ conversation }) => conversation.extras);
    const kinds = [...new Set(names.map((name) => name.replace(/\.\d+\./, ".N.")))].sort();
    if (path !== undefined) expect(kinds.length).toBeGreaterThan(10);
    for (const kind of kinds) expect(kind).toMatch(/^[a-z_]+(\.N)?(\.[a-z_0-9]+)?$/);
  });
});

/** The deltas that another vendor's client is to hear. */
function essence(deltas: readonly Delta[]): unknown {
  const hosted = new Set(
    deltas.flatMap((each) => (each.kind === "tool" && each.isHosted ? [each.channel] : [])),
  );
  const mine = deltas.filter((each) => !("channel" in each && hosted.has(each.channel)));
  const texts = textsOf([{ kind: "frame", bytes: Buffer.alloc(0), deltas: mine }]);
  const said = Object.entries(texts).filter(([key]) => !/tool\.result|block/.test(key));
  const channels = new Map(
    mine.flatMap((each) => (each.kind === "tool" ? [each.channel] : [])).map((name, at) => [name, at]),
  );
  return {
    texts: Object.fromEntries(
      said.map(([key, text]) => [key.replace(/\S+$/, (name) => String(channels.get(name) ?? 0)), text]),
    ),
    tools: mine.flatMap((each) => (each.kind === "tool" ? [each.id] : [])),
    signatures: mine.flatMap((each) => (each.kind === "signature" ? [each.signature] : [])),
    stops: mine.flatMap((each) => (each.kind === "end" ? [each.stop] : [])),
    start: mine.flatMap((each) => (each.kind === "start" ? [each.id] : [])),
  };
}

function composed(deltas: readonly Delta[], isStream: "whole" | "stream"): Recorded {
  const composer = translation?.composer({ model: "m", isStream: isStream === "stream" });
  if (composer === undefined) throw new Error("no composer");
  const pieces = deltas.map((delta) => composer.add([delta]));
  return {
    name: "",
    request: undefined,
    head: { status: 200, headers: composer.headers },
    body: Buffer.concat([...pieces, composer.end()]),
  };
}

describe.each(["whole", "stream"] as const)("answers composed %s", (form) => {
  it("say the same as those they were made of", () => {
    for (const row of good) {
      const said = deltasOf(frames(anthropicMessages, row.head, [row.body]));
      const again = composed(said, form);
      const heard = deltasOf(frames(anthropicMessages, again.head, [again.body]));
      expect(essence(heard), row.name).toEqual(essence(said));
      expect(lastUsage(heard)).toEqual(lastUsage(said));
    }
  });

  it("mark thoughts that nobody proved, and those alone", () => {
    const thought: Delta = { kind: "reasoning", channel: "0", text: "hm", mode: "append" };
    const proof: Delta = { kind: "signature", channel: "0", signature: "proof", isRedacted: false };
    const withheld: Delta = { ...proof, signature: "withheld", isRedacted: true };
    const text: Delta = { kind: "text", channel: "0", text: "So", mode: "append" };
    const { head, body } = composed([thought, proof, thought, withheld, thought, text, thought], form);
    const heard = deltasOf(frames(anthropicMessages, head, [body]));
    const signatures = heard.flatMap((each) => (each.kind === "signature" ? [each.signature] : []));
    expect(signatures).toEqual(["proof", unproven, "withheld", unproven, unproven]);
  });
});

describe("the events of a composed answer", () => {
  const tool = (channel: string, id: string): Delta[] => [
    { kind: "tool", channel, id, isHosted: false },
    { kind: "tool.name", channel, text: `name_${id}`, mode: "append" },
  ];
  const args = (channel: string, text: string): Delta => ({
    kind: "tool.args",
    channel,
    text,
    mode: "append",
  });

  it("open and close one block at a time, however calls are mixed", () => {
    const said = [
      ...tool("0/tool/0", "a"),
      args("0/tool/0", '{"n":'),
      ...tool("0/tool/1", "b"),
      args("0/tool/1", '{"m":12345678901234567890}'),
      args("0/tool/0", "1}"),
      ...tool("0/tool/2", "c"),
    ];
    const { body } = composed(said, "stream");
    const events: Node[] = body
      .toString()
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => JSON.parse(line.slice(6)));
    expect(events.map(({ type, index }) => `${type} ${index ?? ""}`.trim())).toEqual([
      "message_start",
      ...["content_block_start 0", "content_block_delta 0", "content_block_delta 0", "content_block_stop 0"],
      ...["content_block_start 1", "content_block_delta 1", "content_block_stop 1"],
      ...["content_block_start 2", "content_block_stop 2"],
      ...["message_delta", "message_stop"],
    ]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "tool_use" } });
  });

  it("write broken arguments of a whole message as a string, big digits as they came", () => {
    const broken = composed([...tool("0/tool/0", "a"), args("0/tool/0", '{"n":')], "whole");
    expect(JSON.parse(broken.body.toString()).content[0].input).toBe('{"n":');
    const big = composed([...tool("0/tool/0", "a"), args("0/tool/0", '{"n":12345678901234567890}')], "whole");
    expect(big.body.toString()).toContain('"input":{"n":12345678901234567890}');
  });
});

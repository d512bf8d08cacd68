// Owns the proof that an agent's answer is read as its media type says, and written so. Knows no request.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noUsage } from "../../../../core/contracts/frame.ts";
import { jsonDialect } from "../../../../core/dialects/index.ts";
import { anyCut } from "../../text/cuts.ts";
import { answerHead, bounds, bytesOf, deltasOf, denied, frames, marked, read, textsOf } from "../answers.ts";

const pointed = jsonDialect({ requestText: undefined, responseText: ["/output", "/steps/*/text"] });
const open = jsonDialect({ requestText: undefined, responseText: undefined });
const whole = answerHead("application/json");
const lines = answerHead("application/x-ndjson");
const events = answerHead("text/event-stream");
const codeOf = (head: typeof whole, body: string) => {
  const said = read(open, head, [Buffer.from(body)]);
  return "kind" in said ? said.code : "none";
};
const one = (head: typeof whole, body: string, dialect = open) => {
  const [frame, ...others] = frames(dialect, head, [Buffer.from(body)]);
  if (frame === undefined || others.length > 0) throw new Error("not one frame");
  return frame;
};
const problem = {
  type: "urn:sluice:refusal:model_denied",
  title: "This model is not on the agent's list.",
  status: 403,
  detail: "This model is not on the agent's list.",
  code: "model_denied",
};

describe("JSON", () => {
  const body = '{ "output":"a","steps":[{"text":"b","n":1.0},{"text":"c"}],"id":"7" }';

  it("is one frame, its texts where the policy points, or everywhere", () => {
    for (const type of [
      "application/json; charset=utf-8",
      "application/vnd.agent+json",
      "APPLICATION/JSON",
    ]) {
      const frame = one(answerHead(type), body, pointed);
      expect(textsOf([frame])).toEqual({
        "text /output": "a",
        "text /steps/0/text": "b",
        "text /steps/1/text": "c",
      });
    }
    expect(textsOf([one(whole, body)])).toMatchObject({ "text /id": "7" });
    expect(textsOf([one(whole, '"bare"')])).toEqual({ "text 0": "bare" });
  });

  it("is edited at its texts alone", () => {
    const changed = marked(pointed, whole, one(whole, body, pointed), "!");
    expect(changed.bytes.toString()).toBe(body.replace(/"(a|b|c)"/g, '"$1!"'));
    const frame = one(whole, body, pointed);
    expect(pointed.writer(whole).edit(frame, [...frame.deltas])).toBe(frame);
  });

  it("may be nothing at all, and an error may be anything", () => {
    expect(frames(open, whole, [])).toEqual([]);
    expect(deltasOf([one(answerHead("application/json", 500), '{"detail":"x"}')])).toMatchObject([
      { kind: "error", status: 500 },
      { kind: "text", text: "x" },
    ]);
    expect(deltasOf([one(answerHead("application/json", 500), "oops")])).toEqual([
      { kind: "error", status: 500 },
    ]);
  });

  it("is refused where it is cut, malformed, ambiguous, encoded or too large", () => {
    expect(codeOf(whole, '{"a":1')).toBe("upstream_truncated");
    expect(codeOf(whole, "hello")).toBe("upstream_malformed");
    expect(codeOf(whole, '{"a":1,"a":2}')).toBe("upstream_malformed");
    expect(codeOf(answerHead("application/json", 200, { "content-encoding": "gzip" }), "{}")).toBe(
      "upstream_encoded",
    );
    const reader = open.reader(whole, { ...bounds, bodyBytesMax: 2 });
    expect(reader.push(Buffer.from("{} "))).toMatchObject({ code: "upstream_too_large" });
  });

  it("has no place for an end or an error once it is on its way", () => {
    expect(open.writer(whole).end("length", noUsage)).toEqual([]);
    expect(open.writer(whole).refuse(denied)).toBeUndefined();
  });
});

describe("NDJSON", () => {
  const body = '{"output":"a"}\n\n{"output":"b","n":12345678901234567890}\r\n"c"';

  it("is a frame a line; what one place says goes on from line to line", () => {
    const answer = frames(open, lines, [Buffer.from(body)]);
    expect(answer).toHaveLength(4);
    expect(textsOf(answer)).toEqual({ "text /output": "ab", "text 0": "c" });
    expect(bytesOf(answer.map((frame) => marked(open, lines, frame, "é"))).toString()).toBe(
      body.replace(/"(a|b|c)"/g, '"$1é"'),
    );
    for (const type of ["application/jsonl", "application/ndjson"]) {
      expect(frames(open, answerHead(type), [Buffer.from(body)])).toHaveLength(4);
    }
  });

  it("is refused at a line that is no JSON or only a part of it", () => {
    expect(codeOf(lines, "hello\n")).toBe("upstream_malformed");
    expect(codeOf(lines, '{"a":1}\n{"a":')).toBe("upstream_truncated");
    expect(codeOf(lines, '{"a":1,"a":1}\n')).toBe("upstream_malformed");
    expect(codeOf(lines, "x".repeat(bounds.frameBytesMax + 1))).toBe("upstream_too_large");
  });

  it("says a refusal on a line of its own", () => {
    const frame = open.writer(lines).refuse(denied);
    expect(frame?.bytes.toString()).toBe(`${JSON.stringify({ error: problem })}\n`);
    expect(frame?.deltas).toEqual([{ kind: "error" }]);
  });
});

describe("server-sent events", () => {
  const body =
    ': hello\n\ndata: {"output":"a","n":1.0}\n\n' +
    "id: 3\r\ndata: plain words\r\ndata: on two lines\r\n\r\ndata: [DONE]\n\n" +
    'event: error\ndata: {"output":"b"}\n\n';

  it("are JSON where their data is, and else a text as a whole", () => {
    const answer = frames(pointed, events, [Buffer.from(body)]);
    expect(textsOf(answer)).toEqual({ "text /output": "ab", "text 0": "plain words\non two lines[DONE]" });
    expect(answer.at(-1)?.deltas[0]).toEqual({ kind: "error" });
    expect(bytesOf(answer).toString()).toBe(body);
  });

  it("are edited in their data alone, of which each line is then ended alike", () => {
    const answer = frames(pointed, events, [Buffer.from(body)]);
    const expected = body
      .replace(/"(a|b)"/g, '"$1!"')
      .replace("plain words\r\ndata: on two lines", "plain words\ndata: on two lines!")
      .replace("[DONE]", "[DONE]!");
    expect(bytesOf(answer.map((frame) => marked(pointed, events, frame, "!"))).toString()).toBe(expected);
    const bare = one(events, 'data: "a"\n\n');
    expect(marked(open, events, bare, "\n").bytes.toString()).toBe('data: "a\\n"\n\n');
  });

  it("are refused where they are ambiguous, no UTF-8, or end within an event", () => {
    expect(codeOf(events, 'data: {"a":1,"a":2}\n\n')).toBe("upstream_malformed");
    expect(codeOf(events, "data: a")).toBe("upstream_truncated");
    expect(codeOf(events, "data: a\n\n: bye")).toBe("none");
    expect(codeOf(events, `data: ${"x".repeat(bounds.frameBytesMax)}\n\n`)).toBe("upstream_too_large");
    const invalid = read(open, events, [Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a])]);
    expect(invalid).toMatchObject({ code: "upstream_malformed" });
  });

  it("say a refusal as an event of its own", () => {
    const frame = open.writer(events).refuse(denied);
    expect(frame?.bytes.toString()).toBe(`event: error\ndata: ${JSON.stringify(problem)}\n\n`);
    expect(open.writer(events).end("length", noUsage)).toEqual([]);
  });

  it("and lines are the same at any cut", () => {
    const streams = [events, lines].map(
      (head) => [head, Buffer.from(head === events ? body : '{"a":"é"}\n1\n')] as const,
    );
    for (const [head, bytes] of streams) {
      fc.assert(
        fc.property(anyCut(bytes), (chunks) => {
          const cut = frames(open, head, chunks);
          expect(bytesOf(cut).equals(bytes)).toBe(true);
          expect(deltasOf(cut)).toEqual(deltasOf(frames(open, head, [bytes])));
        }),
      );
    }
  });
});

describe("words without JSON", () => {
  const plain = answerHead("text/plain; charset=utf-8");
  const words = Buffer.from("plain é words 日");

  it("are one text, cut where their characters are, and edited as they stand", () => {
    fc.assert(
      fc.property(anyCut(words), (chunks) => {
        const answer = frames(pointed, plain, chunks);
        expect(bytesOf(answer).equals(words)).toBe(true);
        expect(textsOf(answer)).toEqual({ "text 0": words.toString() });
      }),
    );
    const changed = marked(pointed, plain, one(plain, words.toString(), pointed), "!");
    expect(changed.bytes.toString()).toBe(`${words}!`);
    expect(pointed.writer(plain).refuse(denied)).toBeUndefined();
  });

  it("are none where they are in another charset, or no UTF-8", () => {
    const latin = Buffer.from("caf\xe9 au lait", "latin1");
    for (const head of [plain, answerHead("text/html; charset=iso-8859-1"), answerHead("")]) {
      const answer = frames(pointed, head, [latin.subarray(0, 3), latin.subarray(3, 4), latin.subarray(4)]);
      expect(bytesOf(answer).equals(latin)).toBe(true);
      expect(deltasOf(answer).filter(({ kind }) => kind === "media")).toHaveLength(1);
    }
    const cut = frames(pointed, plain, [words.subarray(0, -1)]);
    expect(bytesOf(cut).equals(words.subarray(0, -1))).toBe(true);
    expect(deltasOf(cut).at(-1)).toMatchObject({ kind: "media", mediaType: "text/plain" });
  });
});

describe("anything else", () => {
  it("passes as raw bytes, encoded or not, and is said to be unread", () => {
    for (const type of ["text/html", "application/octet-stream", "image/png"]) {
      const head = answerHead(type, 200, { "content-encoding": "gzip" });
      const frame = one(head, '{"output":"a"}', pointed);
      expect(frame.deltas).toMatchObject([{ kind: "media", mediaType: type, data: undefined }]);
      expect(pointed.writer(head).refuse(denied)).toBeUndefined();
    }
    expect(frames(open, { status: 204, headers: {} }, [])).toEqual([]);
  });

  it("is refused before the answer as problem+json", () => {
    expect(open.refuse(denied).head.headers).toMatchObject({ "content-type": "application/problem+json" });
  });
});

// Owns the proof that a text leaves the same however it comes, and that arguments stay JSON. Knows no frame.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Channel } from "../../../../core/filters/guards/channel.ts";
import type { Examiner } from "../../../../core/filters/guards/examiner.ts";
import { JsonView } from "../../../../core/filters/guards/json-view.ts";
import { plainView, type TextView } from "../../../../core/filters/guards/view.ts";
import { wordGuard } from "./word-detector.ts";

const source = { stage: "llm.answer", role: "assistant", kind: "text" } as const;

function redacting(...words: readonly string[]): Examiner {
  const scanner = wordGuard(...words).scan(source);
  if (scanner === undefined) throw new Error("a word guard reads all");
  return {
    scanner,
    isWhole: false,
    isLate: false,
    judge: ({ start, end }) => ({ kind: "cut", cut: { start, end, replacement: "[X]" } }),
    overdue: () => ({ kind: "stop" }),
    failed: () => ({ kind: "stop" }),
  };
}

/** What a reader gets who is given each piece as soon as it may be released. */
function release(pieces: readonly string[], view: TextView, examiners: readonly Examiner[]): string {
  const channel = new Channel(examiners, view);
  const waiting: { text: string; from: number }[] = [];
  let out = "";
  const drain = (): void => {
    while (waiting[0] !== undefined && channel.decided >= waiting[0].from + waiting[0].text.length) {
      const { text, from } = waiting.shift() as { text: string; from: number };
      out += channel.render(text, from);
    }
  };
  for (const text of pieces) {
    waiting.push({ text, from: channel.length });
    expect(channel.push(text)).toBeUndefined();
    drain();
  }
  expect(channel.end()).toBeUndefined();
  drain();
  expect(waiting).toEqual([]);
  return out;
}

function cutAt(text: string, places: readonly number[]): readonly string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => text.slice(from, at[index])).filter((piece) => piece !== "");
}

const places = fc.array(fc.nat(500), { maxLength: 40 });

describe("a text", () => {
  const words = fc.array(
    fc.constantFrom("secret", "sec", "ret", " ", "a", "é", "se", "cretsecret", "key12"),
    {
      maxLength: 40,
    },
  );

  it("leaves the same however it comes", () => {
    fc.assert(
      fc.property(words, places, (parts, cuts) => {
        const text = parts.join("");
        const left = release(cutAt(text, cuts), plainView, [redacting("secret"), redacting("key12")]);
        expect(left).toBe(text.replaceAll("secret", "[X]").replaceAll("key12", "[X]"));
      }),
    );
  });

  it("flows as soon as it is decided", () => {
    const channel = new Channel([redacting("secret")], plainView);
    channel.push("all fine, sec");
    expect(channel.decided).toBe("all fine, ".length);
    channel.push("urity");
    expect(channel.decided).toBe(channel.length);
  });
});

describe("arguments", () => {
  const value = fc.constantFrom(
    "secret",
    "a secret b",
    'say "secret"',
    "se\\cret",
    "ü\nsecret\t",
    "plain",
    "12",
  );
  const args = fc.dictionary(
    fc.constantFrom("to", "secret", "n"),
    fc.oneof(value, fc.array(value), fc.nat()),
  );
  /** As a model may write it: any unit as an escape. */
  const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });

  function written(value: unknown, isEscaped: readonly boolean[]): string {
    let count = 0;
    return JSON.stringify(value).replaceAll(/[a-z](?=[^"\\]*")/g, (unit, at, whole: string) => {
      count += 1;
      if (whole.charAt(at - 1) === "\\" || isEscaped[count % isEscaped.length] !== true) return unit;
      return `\\u00${unit.charCodeAt(0).toString(16)}`;
    });
  }

  it("stay JSON, and lose what was found however it was written", () => {
    fc.assert(
      fc.property(args, escapes, places, (given, isEscaped, cuts) => {
        const text = written(given, isEscaped);
        expect(JSON.parse(text)).toEqual(given);
        const left = release(cutAt(text, cuts), new JsonView(), [redacting("secret")]);
        expect(JSON.parse(left)).toEqual(JSON.parse(JSON.stringify(given).replaceAll("secret", "[X]")));
      }),
    );
  });

  it("hold a text where a number was found", () => {
    const left = release(['{"card": 41', "11, ", '"n":1}'], new JsonView(), [redacting("4111")]);
    expect(left).toBe('{"card": "[X]", "n":1}');
  });
});

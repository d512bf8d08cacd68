// Owns the proof that a text leaves the same however it comes, and that arguments stay JSON. Knows no frame.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scanner } from "../../../../core/contracts/guard.ts";
import { ArgsView } from "../../../../core/filters/guards/args-view.ts";
import { Channel } from "../../../../core/filters/guards/channel.ts";
import type { Examiner } from "../../../../core/filters/guards/examiner.ts";
import { JsonView } from "../../../../core/filters/guards/json-view.ts";
import { PlainView, plainView, type TextView } from "../../../../core/filters/guards/view.ts";
import { wordGuard } from "./word-detector.ts";

const source = { stage: "llm.answer", role: "assistant", kind: "text" } as const;

function redacting(...words: readonly string[]): Examiner {
  const scanner = wordGuard(...words).scan(source);
  if (scanner === undefined) throw new Error("a word guard reads all");
  return {
    scanner,
    guard: "words",
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

describe("a text that stands still now and then", () => {
  const words = fc.array(fc.constantFrom("secret", "sec", "ret", "s", " ", "ecret and ", "a"), {
    maxLength: 30,
  });
  const stops = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

  /** Undefined: it was stopped. */
  function releaseInSteps(pieces: readonly string[], isStop: readonly boolean[]): string | undefined {
    const again = () => [redacting("secret")];
    const channel = new Channel([redacting("secret")], new PlainView(), { again });
    const waiting: { text: string; from: number }[] = [];
    let out = "";
    const drain = (): void => {
      while (waiting[0] !== undefined && channel.decided >= waiting[0].from + waiting[0].text.length) {
        const { text, from } = waiting.shift() as { text: string; from: number };
        out += channel.render(text, from);
      }
    };
    for (const [at, text] of pieces.entries()) {
      waiting.push({ text, from: channel.length });
      if (channel.push(text) !== undefined) return undefined;
      drain();
      if (isStop[at % isStop.length] === true && channel.pause() !== undefined) return undefined;
      drain();
    }
    if (channel.end() !== undefined) return undefined;
    drain();
    expect(waiting).toEqual([]);
    return out;
  }

  it("never leaves with a word in it, be it over such a place", () => {
    fc.assert(
      fc.property(words, places, stops, (parts, cuts, isStop) => {
        const text = parts.join("");
        const left = releaseInSteps(cutAt(text, cuts), isStop);
        if (left === undefined) expect(text).toContain("secret");
        else expect(left).toBe(text.replaceAll("secret", "[X]"));
      }),
    );
  });

  it("is decided where it stands, and goes on", () => {
    expect(releaseInSteps(["it is sec", "ular"], [true])).toBe("it is secular");
    expect(releaseInSteps(["it is sec", "ret"], [true])).toBeUndefined();
    expect(releaseInSteps(["s", "e", "c", "r", "e", "t"], [true])).toBeUndefined();
    expect(releaseInSteps(["sec", "secret"], [true])).toBe("sec[X]");
  });
});

describe("a text that may be a record", () => {
  const records = fc.array(fc.constantFrom("secret", "sec", "ret", "a secret", "x", " "), { maxLength: 12 });

  it("leaves without what is found in it alone or as it goes on", () => {
    fc.assert(
      fc.property(records, (texts) => {
        const examiner = () => [redacting("secret"), atBorders("ret")];
        const channel = new Channel(examiner(), new PlainView(), { again: examiner });
        for (const text of texts) expect(channel.pushRecord(text)).toBeUndefined();
        expect(channel.end()).toBeUndefined();
        let from = 0;
        const left = texts.map((text) => {
          const rest = channel.render(text, from);
          from += text.length;
          return rest;
        });
        expect(left.join("")).not.toContain("secret");
        expect(left).not.toContain("ret");
        expect(left.filter((text) => text === " " || text === "x")).toEqual(
          texts.filter((text) => text.length === 1),
        );
      }),
    );
  });

  /** Where it is all there is. */
  function atBorders(word: string): Examiner {
    let read = "";
    const scanner: Scanner = {
      push: (text) => {
        read += text;
        return { findings: [], decided: 0 };
      },
      end: () =>
        read === word ? [{ type: "word", start: 0, end: word.length, score: 1, method: "pattern" }] : [],
    };
    return { ...redacting(word), scanner };
  }
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

  it("keep names apart that lose what they say", () => {
    const left = release(['{"secret":1,"a secret":{"secret":2},"b":"secret"}'], new JsonView(), [
      redacting("secret"),
    ]);
    expect(JSON.parse(left)).toEqual({ "[X]": 1, "a [X]_2": { "[X]_3": 2 }, b: "[X]" });
  });

  it("that are no JSON are read as they are written", () => {
    const code = String.raw`print("a\x41 secret", 'secret')`;
    expect(release(cutAt(code, [3, 9, 20]), new ArgsView(), [redacting("secret")])).toBe(
      code.replaceAll("secret", "[X]"),
    );
    expect(release([" ", '\n {"a":"secre', 't"}'], new ArgsView(), [redacting("secret")])).toBe(
      ' \n {"a":"[X]"}',
    );
  });

  it("are cut in time that grows with their length alone", () => {
    const text = JSON.stringify(Array.from({ length: 40_000 }, () => "a secret\n\u0001 é"));
    const pieces = text.match(/.{1,4000}/gs) ?? [];
    expect(release(pieces, new JsonView(), [holding(redacting("secret"))])).toBe(
      text.replaceAll("secret", "[X]"),
    );
  });

  /** Nothing is let go of before the end. */
  function holding({ scanner, ...examiner }: Examiner): Examiner {
    const push = (text: string) => ({ ...scanner.push(text), decided: 0 });
    return { ...examiner, scanner: { push, end: () => scanner.end() } };
  }

  it("hold a text where a number was found", () => {
    const left = release(['{"card": 41', "11, ", '"n":1}'], new JsonView(), [redacting("4111")]);
    expect(left).toBe('{"card": "[X]", "n":1}');
  });
});

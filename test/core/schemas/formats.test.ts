// Owns the proof that formats are checked in linear time. What each holds of, the suite's own cases tell.

import { describe, expect, it } from "vitest";
import { isFormat, numberFormats, textFormats } from "../../../core/schemas/formats.ts";

describe("formats", () => {
  it.each<[string, string, boolean]>([
    ["date", "2024-02-29", true],
    ["date", "2023-02-29", false],
    ["date-time", "2016-12-31T23:59:60Z", true],
    ["duration", "P1Y2D", false],
    ["email", "a.b@example.com", true],
    ["email", "a..b@example.com", false],
    ["hostname", "xn--X", false],
    ["idn-hostname", "実例.com", true],
    ["ipv6", "fe80::1%eth0", false],
    ["uri", "http://example.com:abc/", false],
    ["uri-template", "{a.b}", true],
    ["uuid", "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380", false],
    ["regex", "(a", false],
    ["byte", "aGk=", true],
    ["byte", "aGk", false],
    ["url", "https://example.com/a?b#c", true],
    ["url", "mailto:a@example.com", false],
  ])("%s: %s is %s", (name, text, isOne) => {
    expect(textFormats.get(name)?.(text)).toBe(isOne);
  });

  it("of numbers", () => {
    expect(numberFormats.get("int32")?.(2 ** 31)).toBe(false);
    expect(numberFormats.get("int64")?.(2 ** 62)).toBe(true);
    expect(isFormat("emial")).toBe(false);
  });

  it("take linear time on hostile texts", () => {
    const units = [
      "a",
      "1",
      "a.",
      "1:",
      "%41",
      "{a}",
      "a@",
      "[",
      "P1",
      "~0",
      "/",
      "a-",
      '"a',
      "aא",
      "xn--",
      "\\",
    ];
    const frames = [
      ["", "!"],
      ["http://", "\u0001"],
      ['"', "x"],
      ["/", "~2"],
      ["{", "("],
    ] as const;
    for (const [name, holds] of textFormats) {
      const started = performance.now();
      for (const unit of units) {
        for (const [before, after] of frames) {
          holds(before + unit.repeat(1_000_000 / unit.length) + after);
          holds(before + unit.repeat(60_000 / unit.length) + after);
        }
      }
      expect(performance.now() - started, name).toBeLessThan(5_000);
    }
  });
});

// Owns the proof that e-mail addresses are found with their exact bounds. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const found = (text: string, config = {}) =>
  told(guardOf(piiDetector, { types: ["email"], ...config }), text).map((line) =>
    line.replace("email: ", ""),
  );

describe("e-mail addresses", () => {
  it.each([
    ["<jane@example.org>", "jane@example.org"],
    ["mailto:jane@example.org?subject=a", "jane@example.org"],
    ["email=jane@example.org&x=1", "jane@example.org"],
    ["'jane@example.org'", "jane@example.org"],
    ["jane@example.org.", "jane@example.org"],
    ["jane@example.org-2024", "jane@example.org"],
    ["o'brien+tag_1@a-b.co.uk", "o'brien+tag_1@a-b.co.uk"],
    ["12345678@example.org", "12345678@example.org"],
    ["415-555-0132@vtext.com", "415-555-0132@vtext.com"],
    ["hans@müller.de", "hans@müller.de"],
    ["邮箱是test@qq.com谢谢", "test@qq.com"],
    ["a@xn--d1acufc.xn--p1ai", "a@xn--d1acufc.xn--p1ai"],
    ['"jane"@example.org', '"jane"@example.org'],
    ["\\njane@example.org", "jane@example.org"],
    ["?q=%20jane@example.org", "jane@example.org"],
    ["a..jane@example.org", "jane@example.org"],
  ])("%s", (text, address) => expect(found(text)).toEqual([address]));

  it.each([
    "jane@example",
    "@example.org",
    "jane @example.org",
    "a@b.c",
    "a@-b.org",
    "icon@2x.png",
    "git@github.com:a/b.git",
    "react@18.2.0",
    `${"a".repeat(65)}@example.org`,
    "root@d47207e50eba:/tmp",
    "x = a @ b.T",
  ])("none in %s", (text) => expect(found(text)).toEqual([]));

  it.each([
    "jane [at] example [dot] org",
    "jane[at]example[dot]org",
    "jane (at) example.org",
    "jane{AT}example{DOT}org",
    "jane@example(dot)org",
    "jane%40example.org",
  ])("disguised: %s", (text) => {
    expect(found(`to ${text} now`)).toEqual([text]);
  });

  it("disguised ones are let be where the settings say so", () => {
    expect(found("jane [at] example [dot] org", { disguised: "none" })).toEqual([]);
    expect(found("look (at) this.thing", {})).toEqual(["look (at) this.thing"]);
    expect(found("arrive at noon dot and go", { disguised: "spoken" })).toEqual([]);
  });
});

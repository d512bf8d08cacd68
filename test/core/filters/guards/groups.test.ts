// Owns the proof of which texts of a request are read one after the other. Knows no guard.

import { describe, expect, it } from "vitest";
import type { CallText, CallTextKind } from "../../../../core/contracts/dialect.ts";
import { groupsOf } from "../../../../core/filters/guards/groups.ts";

type Written = readonly [pointer: string, more?: Partial<CallText>];

function textsOf(written: readonly Written[]): readonly CallText[] {
  return written.map(([pointer, more]) => ({ pointer, role: "user", kind: "text", text: "words", ...more }));
}

function grouped(written: readonly Written[]): readonly (readonly string[])[] {
  return groupsOf(textsOf(written)).map((group) => group.map(({ pointer }) => pointer));
}

const kind = (one: CallTextKind) => ({ kind: one });
const role = (one: string) => ({ role: one });

describe("what one speaker says", () => {
  const joined: readonly (readonly [string, readonly Written[], readonly string[]])[] = [
    ["in two messages", [["/messages/0/content"], ["/messages/1/content"]], ["0", "1"]],
    ["with a name", [["/messages/0/content"], ["/messages/0/name"], ["/messages/1/content"]], ["0", "2"]],
    ["in parts", [["/messages/0/content/0/text"], ["/messages/0/content/1/text"]], ["0", "1"]],
    [
      "in parts, with something else",
      [["/messages/0/content/0/text"], ["/messages/0/content/0/x"], ["/messages/0/content/1/text"]],
      ["0", "2"],
    ],
    ["whole and in parts", [["/messages/0/content"], ["/messages/1/content/0/text"]], ["0", "1"]],
    [
      "under two roles that instruct",
      [
        ["/instructions", role("system")],
        ["/input/0/content", role("developer")],
      ],
      ["0", "1"],
    ],
    [
      "around nothing",
      [
        ["/messages/0/content"],
        ["/messages/1/content", { role: "assistant", text: "\u200b\u2060\ufeff" }],
        ["/messages/2/content"],
      ],
      ["0", "2"],
    ],
    ["in Gemini's parts", [["/contents/0/parts/0/text"], ["/contents/1/parts/0/text"]], ["0", "1"]],
    [
      "around what it cites",
      [
        ["/messages/0/content/0/text"],
        ["/messages/0/content/0/citations/0/title", kind("document")],
        ["/messages/0/content/1/text"],
      ],
      ["0", "2"],
    ],
    [
      "behind what is guarded",
      [["/messages/0/content/0/guardContent/text/text"], ["/messages/0/content/1/text"]],
      ["0", "1"],
    ],
    [
      "as results",
      [
        ["/messages/0/content/0/toolResult/content/0/text", kind("tool.result")],
        ["/messages/0/content/1/toolResult/content/0/text", kind("tool.result")],
      ],
      ["0", "1"],
    ],
  ];

  it.each(joined)("%s", (_what, written, places) => {
    expect(grouped(written)).toEqual([places.map((place) => written[Number(place)]?.[0])]);
  });
});

describe("what stands apart", () => {
  const apart: readonly (readonly [string, readonly Written[]])[] = [
    ["one text", [["/messages/0/content"]]],
    ["turns", [["/messages/0/content"], ["/messages/1/content", role("assistant")], ["/messages/2/content"]]],
    ["arguments", [0, 1].map((at): Written => [`/messages/${at}/content`, kind("tool.args")])],
    ["a result", [["/messages/0/content"], ["/messages/1/content", kind("tool.result")]]],
    ["inputs of embeddings", [["/input/0"], ["/input/1"]]],
    [
      "members that take turns",
      ["/a/0/title", "/a/0/body", "/a/1/title", "/a/1/body"].map((pointer): Written => [pointer]),
    ],
  ];

  it.each(apart)("%s", (_what, written) => {
    expect(grouped(written)).toEqual([]);
  });

  it("the same member of one element after another does not", () => {
    expect(grouped([["/a/0/title"], ["/a/1/title"], ["/b/0/title"]])).toEqual([["/a/0/title", "/a/1/title"]]);
  });
});

// Owns the proof on recorded Converse exchanges: read and written they are the same, and say what they say.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { deltasOf, frames } from "../answers.ts";
import { checkCutOff, checkRequest, checkSame, checkUsage, checkWriter } from "../recorded-checks.ts";
import { isStream, type Node, recordedOf } from "./exchanges.ts";
import { endOf, eventsOf, saidOf } from "./recorded-checks.ts";

describe.each(["converse", "converse-stream"])("all recorded of %s", (name) => {
  const rows = recordedOf(name);
  const good = rows.filter(({ head }) => head.status < 400);

  it("are the same bytes and say the same, cut anywhere", () => {
    for (const row of rows) {
      checkSame(bedrockConverse, row, row.body.length < 2_000 ? everyCut(row.body) : []);
      checkSame(bedrockConverse, row, fc.sample(anyCut(row.body), 4));
    }
  });

  it("change nowhere but where a text is edited", () => {
    for (const row of rows) checkWriter(bedrockConverse, row);
  });

  it("are not taken for whole without their end", () => {
    for (const row of good) checkCutOff(bedrockConverse, row, endOf(row));
  });

  it("say what their bodies say", () => {
    for (const row of good) {
      const read = frames(bedrockConverse, row.head, [row.body]);
      const deltas = deltasOf(read);
      const events = eventsOf(row);
      checkUsage(bedrockConverse, row);
      const stops = events.flatMap(({ stopReason }) => (stopReason === undefined ? [] : [stopReason]));
      expect(deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []))).toEqual(stops);
      expect(saidOf(read)).toEqual(isStream(row) ? saidInEvents(events) : saidInBlocks(events));
    }
  });

  it("were asked for by requests that are read and written unchanged", () => {
    for (const { request, requestHead } of rows) {
      if (request !== undefined) checkRequest(bedrockConverse, request, requestHead);
    }
  });
});

const blocksOf = ([answer]: readonly Node[]) =>
  ((answer?.output as Node | undefined)?.message as Node | undefined)?.content as Node[];

function saidInBlocks(events: readonly Node[]): Record<string, string> {
  const said = { text: "", reasoning: "", "tool.name": "", "tool.args": "" };
  for (const block of blocksOf(events)) {
    const cited = ((block.citationsContent as Node | undefined)?.content ?? []) as Node[];
    said.text += `${block.text ?? ""}${cited.map(({ text }) => text).join("")}`;
    const thought = (block.reasoningContent as Node | undefined)?.reasoningText as Node | undefined;
    said.reasoning += thought?.text ?? "";
    const tool = block.toolUse as Node | undefined;
    if (tool === undefined) continue;
    said["tool.name"] += tool.name;
    said["tool.args"] += JSON.stringify(tool.input);
  }
  return said;
}

function saidInEvents(events: readonly Node[]): Record<string, string> {
  const said = { text: "", reasoning: "", "tool.name": "", "tool.args": "" };
  for (const { start, delta } of events as { start?: Node; delta?: Node }[]) {
    said["tool.name"] += (start?.toolUse as Node | undefined)?.name ?? "";
    said.text += delta?.text ?? "";
    said.reasoning += (delta?.reasoningContent as Node | undefined)?.text ?? "";
    said["tool.args"] += (delta?.toolUse as Node | undefined)?.input ?? "";
  }
  return said;
}

// Owns the proof on recorded answers: read and written they are the same, edited they differ only there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { sharedPath } from "../../../shared-data.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { goldens, type Recorded, recordedRows } from "./exchanges.ts";
import {
  checkAgainstBody,
  checkAlone,
  checkEdits,
  checkIdentity,
  checkTruncation,
} from "./recorded-checks.ts";

const request = { method: "POST", path: "/v1/chat/completions", query: "", headers: {} };

function checkRequest({ request: json }: Recorded): void {
  const body = Buffer.from(JSON.stringify(json));
  const call = openAiChat.readCall(body, request);
  if (call.kind === "refusal") throw new Error(call.message);
  expect(openAiChat.writeCall(call, request, call.model).body).toBe(body);
  const renamed = openAiChat.writeCall(call, request, "other").body;
  expect(JSON.parse(renamed.toString())).toEqual({ ...JSON.parse(body.toString()), model: "other" });
}

describe.each(goldens.map((golden) => [golden.name, golden] as const))("%s", (_name, golden) => {
  it("is the same bytes and says the same at every cut", () => {
    checkIdentity(golden, everyCut(golden.body));
  });

  it("forced through the writer changes nowhere but where a text is edited", () => {
    checkEdits(golden);
    checkAlone(golden);
  });

  it("says what its body says", () => {
    if (golden.head.status < 400) checkAgainstBody(golden);
  });

  it("is not taken for whole without its end", () => {
    const { length } = golden.body;
    const step = Math.ceil(length / 1500);
    checkTruncation(
      golden,
      Array.from({ length: Math.floor(length / step) }, (_, at) => at * step),
    );
  });

  it("was asked for by a request that is read and written unchanged", () => {
    if (golden.request !== undefined) checkRequest(golden);
  });
});

describe("all recorded exchanges", () => {
  const path = sharedPath("recorded/openai-chat.jsonl.gz");
  const rows = path === undefined ? [] : recordedRows(path);
  const good = rows.filter(({ head }) => head.status < 400);

  it.skipIf(path === undefined)("are the same bytes and say the same, cut at random", () => {
    expect(rows.length).toBeGreaterThan(1000);
    for (const row of rows) checkIdentity(row, fc.sample(anyCut(row.body), 4));
  });

  it.skipIf(path === undefined)("change nowhere but where a text is edited", () => {
    for (const row of rows) {
      checkEdits(row);
      checkAlone(row);
    }
  });

  it.skipIf(path === undefined)("say what their bodies say", () => {
    for (const row of good) checkAgainstBody(row);
  });

  it.skipIf(path === undefined)("are not taken for whole without their end", () => {
    for (const row of good) checkTruncation(row, fc.sample(fc.nat(), 8));
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    /** One has its model in the path alone, as Azure has it; three hand the call over to other models. */
    const asked = rows.filter(({ request }) => {
      const { model, models, preset } = Object(request) as { [name: string]: unknown };
      return typeof model === "string" && models === undefined && preset === undefined;
    });
    expect(rows.length - asked.length).toBeLessThan(20);
    for (const row of asked) checkRequest(row);
  });
});

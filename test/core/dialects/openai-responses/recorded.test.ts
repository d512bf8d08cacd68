// Owns the proof on recorded answers: read and written they are the same, edited they differ only there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../../core/contracts/dialect.ts";
import { apis, findRoute } from "../../../../core/dialects/index.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { sharedPath } from "../../../shared-data.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { frames } from "../answers.ts";
import { checkCutOff, checkRequest, checkSame, checkWriter } from "../recorded-checks.ts";
import { checkAgainstBody } from "./body-checks.ts";
import { fixtures, goldens, type Recorded, recordedRows } from "./exchanges.ts";

const asked = (path: string) => ({ method: "POST", path, query: "", headers: {} });
const isGood = ({ head }: Recorded) => head.status < 400;

/** Where the answer is whole: from the event on that says so, or its last brace. */
function endOf({ body }: Recorded): number {
  const marks = ['"response.completed"', '"response.incomplete"', '"response.failed"', '"type":"error"'];
  const ends = marks.map((mark) => body.indexOf(mark)).filter((at) => at !== -1);
  const isStream = !body.toString().trimStart().startsWith("{");
  return isStream ? Math.min(...ends, body.length) : body.lastIndexOf("}");
}

describe.each(goldens.map((golden) => [golden.name, golden] as const))("%s", (_name, golden) => {
  it("is the same bytes and says the same however it is cut", () => {
    const isShort = golden.body.length < 5_000;
    checkSame(openAiResponses, golden, isShort ? everyCut(golden.body) : fc.sample(anyCut(golden.body), 300));
  });

  it("forced through the writer changes nowhere but where a text is edited", () => {
    checkWriter(openAiResponses, golden);
  });

  it.runIf(isGood(golden))("says what its body says, and is not whole without its end", () => {
    checkAgainstBody(golden);
    checkCutOff(openAiResponses, golden, endOf(golden));
  });

  it("was asked for by a request that is read and written unchanged", () => {
    if (golden.request !== undefined) checkRequest(openAiResponses, golden.request, asked(golden.path));
  });
});

describe("all recorded exchanges", () => {
  const path = sharedPath("recorded/openai-responses.jsonl.gz");
  const rows = path === undefined ? [] : recordedRows(path);
  const good = rows.filter(isGood);

  it.skipIf(path === undefined)("are the same bytes and say the same, cut at random", () => {
    expect(rows.length).toBeGreaterThan(430);
    for (const row of rows) checkSame(openAiResponses, row, fc.sample(anyCut(row.body), 4));
  });

  it.skipIf(path === undefined)("change nowhere but where a text is edited", () => {
    for (const row of rows) checkWriter(openAiResponses, row);
  });

  it.skipIf(path === undefined)("say what their bodies say", () => {
    for (const row of good) checkAgainstBody(row);
  });

  it.skipIf(path === undefined)("are not taken for whole without their end", () => {
    for (const row of good) checkCutOff(openAiResponses, row, endOf(row));
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    // Three name a prompt that the vendor keeps, and no model: what answers cannot be checked.
    const named = rows.filter(({ request }) => typeof Object(request).model === "string");
    const asking = rows.filter(({ request }) => request !== undefined);
    expect(asking.length - named.length).toBe(3);
    for (const { request = null, path } of named) checkRequest(dialectAt(path), request, asked(path));
  });

  it.skipIf(path === undefined)("say something in each event that says something", () => {
    const mute = rows.flatMap((row) => frames(openAiResponses, row.head, [row.body]).filter(isMute));
    expect(mute.map(({ bytes }) => bytes.toString())).toEqual([]);
  });
});

function dialectAt(path: string): Dialect {
  const route = findRoute(apis.openai?.routes ?? [], "POST", path);
  if (route?.dialect === undefined) throw new Error(`not inspected: ${path}`);
  return route.dialect;
}

/** Nothing is said where nothing stands: a step of the vendor's own, an empty part, a sealed thought. */
function isMute({ bytes, deltas }: { readonly bytes: Buffer; readonly deltas: readonly unknown[] }): boolean {
  const text = bytes.toString();
  const isStep = /"response\.(in_progress|queued|\w+\.(in_progress|searching|completed))"/.test(text);
  const isEmpty = /"text": ?""|"(content|summary)": ?\[\]|"input_tokens"|"tools": ?\[\]/.test(text);
  return deltas.length === 0 && !isStep && !isEmpty && text.trim() !== "" && !text.includes("[DONE]");
}

describe("fixtures of an SDK", () => {
  const path = sharedPath("recorded/fixtures-vercel-ai");
  const all = path === undefined ? [] : fixtures(path);

  it.skipIf(all.length === 0)("are read, edited and cut like recorded ones", () => {
    expect(all.length).toBeGreaterThan(60);
    for (const fixture of all) {
      checkSame(openAiResponses, fixture, fc.sample(anyCut(fixture.body), 3));
      checkWriter(openAiResponses, fixture);
      checkCutOff(openAiResponses, fixture, endOf(fixture));
    }
  });
});

// Owns the proof on recorded answers: read and written they are the same, edited they differ only there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropicCount, anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { sharedPath } from "../../../shared-data.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { deltasOf, frames, read } from "../answers.ts";
import { checkCutOff, checkRequest, checkSame, checkWriter } from "../recorded-checks.ts";
import { checkAgainstBody } from "./body-checks.ts";
import { fixtures, goldens, piecesOf, type Recorded, recordedRows } from "./exchanges.ts";

const asked = { method: "POST", path: "/v1/messages", query: "?beta=true", headers: {} };
const isGood = ({ head }: Recorded) => head.status < 400;

/** Where the answer is whole: from its last event, or its last brace on. */
function endOf({ body }: Recorded): number {
  const stop = body.indexOf('"message_stop"');
  return stop === -1 ? body.lastIndexOf("}") : stop;
}

describe.each(goldens.map((golden) => [golden.name, golden] as const))("%s", (_name, golden) => {
  it("is the same bytes and says the same at every cut", () => {
    checkSame(anthropicMessages, golden, everyCut(golden.body));
  });

  it("forced through the writer changes nowhere but where a text is edited", () => {
    checkWriter(anthropicMessages, golden);
  });

  it.runIf(isGood(golden))("says what its body says, and is not whole without its end", () => {
    checkAgainstBody(golden);
    checkCutOff(anthropicMessages, golden, endOf(golden));
  });

  it("was asked for by a request that is read and written unchanged", () => {
    if (golden.request !== undefined) checkRequest(anthropicMessages, golden.request, asked);
  });
});

describe("all recorded exchanges", () => {
  const path = sharedPath("recorded/anthropic-messages.jsonl.gz");
  const rows = path === undefined ? [] : recordedRows(path, "/v1/messages");
  const good = rows.filter(isGood);

  it.skipIf(path === undefined)("are the same bytes and say the same, cut at random", () => {
    expect(rows.length).toBeGreaterThan(350);
    for (const row of rows) checkSame(anthropicMessages, row, fc.sample(anyCut(row.body), 4));
  });

  it.skipIf(path === undefined)("change nowhere but where a text is edited", () => {
    for (const row of rows) checkWriter(anthropicMessages, row);
  });

  it.skipIf(path === undefined)("say what their bodies say", () => {
    for (const row of good) checkAgainstBody(row);
  });

  it.skipIf(path === undefined)("are not taken for whole without their end", () => {
    for (const row of good) checkCutOff(anthropicMessages, row, endOf(row));
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    const requests = rows.flatMap(({ request }) => (request === undefined ? [] : [request]));
    expect(requests.length).toBeGreaterThan(350);
    for (const request of requests) checkRequest(anthropicMessages, request, asked);
  });

  it.skipIf(path === undefined)("say something in each event that says something", () => {
    const mute = rows.flatMap((row) => frames(anthropicMessages, row.head, [row.body]).filter(isMute));
    expect(mute.map(({ bytes }) => bytes.toString())).toEqual([]);
  });
});

/** Nothing is said where nothing stands: a ping, a block's end, an empty text, a file that was written. */
function isMute({ bytes, deltas }: { readonly bytes: Buffer; readonly deltas: readonly unknown[] }): boolean {
  const text = bytes.toString();
  const isSilent =
    /"(ping|content_block_stop|message_stop)"|"(text|thinking|partial_json)": ?""|"is_file_update"/.test(
      text,
    );
  return deltas.length === 0 && !isSilent && text.trim() !== "";
}

describe("counted tokens", () => {
  const path = sharedPath("recorded/anthropic-count-tokens.jsonl.gz");
  const rows = path === undefined ? [] : recordedRows(path, "/v1/messages/count_tokens").filter(isGood);

  it.skipIf(path === undefined)("pass as they came, and are no usage", () => {
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      checkSame(anthropicCount, row, everyCut(row.body));
      expect(deltasOf(frames(anthropicCount, row.head, [row.body]))).toEqual([]);
      expect(read(anthropicCount, row.head, [row.body.subarray(0, 9)])).toHaveProperty("kind", "refusal");
      if (row.request !== undefined) checkRequest(anthropicCount, row.request, asked);
    }
  });
});

describe("fixtures of the SDKs", () => {
  const folders = ["fixtures-anthropic-sdk/lib/streaming", "fixtures-anthropic-sdk/fixtures"];
  const paths = [...folders, "fixtures-vercel-ai/anthropic"].map((name) => sharedPath(`recorded/${name}`));
  const all = paths.flatMap((path) => (path === undefined ? [] : fixtures(path)));

  it.skipIf(all.length === 0)("are read, edited and cut like recorded ones", () => {
    expect(all.length).toBeGreaterThan(60);
    for (const fixture of all) {
      checkSame(anthropicMessages, fixture, fc.sample(anyCut(fixture.body), 3));
      checkWriter(anthropicMessages, fixture);
      checkCutOff(anthropicMessages, fixture, endOf(fixture));
      if (piecesOf(fixture).filter(({ type }) => type === "message_start").length < 2)
        checkAgainstBody(fixture);
    }
  });
});

// Owns the proof on recorded InvokeModel exchanges, and on counted tokens: identity, edits, usage, what is
// said.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bedrockCount } from "../../../../core/dialects/bedrock-count.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { deltasOf, frames } from "../answers.ts";
import { checkCutOff, checkRequest, checkSame, checkUsage, checkWriter } from "../recorded-checks.ts";
import { type Recorded, recordedOf } from "./exchanges.ts";
import { endOf } from "./recorded-checks.ts";

/** Models whose bodies are nobody else's and older than Converse. */
const unread =
  /titan-(?:text|tg1)|ai21|cohere\.(?:command|rerank)|meta\.llama|claude-instant|sagemaker|does-not/;

function isRead({ request, requestHead: { path }, head }: Recorded): boolean {
  return head.status < 400 && !unread.test(path) && Object(request).prompt === undefined;
}

describe.each(["invoke", "invoke-stream"])("recorded of %s, where it is read", (name) => {
  const rows = recordedOf(name);
  const good = rows.filter(isRead);

  it("are the same bytes and say the same, cut anywhere", () => {
    for (const row of good) {
      checkSame(bedrockInvoke, row, row.body.length < 2_000 ? everyCut(row.body) : []);
      checkSame(bedrockInvoke, row, fc.sample(anyCut(row.body), 4));
    }
  });

  it("change nowhere but where a text is edited", () => {
    for (const row of good) checkWriter(bedrockInvoke, row);
  });

  it("are not taken for whole without their end", () => {
    for (const row of good) checkCutOff(bedrockInvoke, row, endOf(row));
  });

  it("count what their bodies count, or their heads", () => {
    for (const row of good) checkUsage(bedrockInvoke, row);
  });

  it("were asked for by requests that are read and written unchanged", () => {
    for (const { request, requestHead } of good) checkRequest(bedrockInvoke, request ?? null, requestHead);
  });

  it("are refused by name where nobody here can read them", () => {
    for (const { request, requestHead, name } of rows.filter((row) => !isRead(row))) {
      const body = Buffer.from(JSON.stringify(request ?? {}));
      const call = bedrockInvoke.readCall(body, requestHead);
      expect(call, name).toMatchObject({ kind: "refusal", code: "route_refused" });
    }
  });
});

describe("recorded counts of tokens", () => {
  const rows = recordedOf("count-tokens");

  it("pass as they are and use nothing", () => {
    for (const row of rows) {
      checkSame(bedrockCount, row, everyCut(row.body));
      checkRequest(bedrockCount, row.request ?? null, row.requestHead);
      const said = deltasOf(frames(bedrockCount, row.head, [row.body]));
      expect(said).toEqual(row.head.status < 400 ? [] : [{ kind: "error", status: row.head.status }]);
    }
  });
});

// Owns the proof on recorded Gemini exchanges: read and written they are the same, edited they differ only
// there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPath } from "../../../../core/dialects/gemini/address.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { sharedPath } from "../../../shared-data.ts";
import { anyCut, everyCut } from "../../text/cuts.ts";
import { checkRequest, checkSame } from "../recorded-checks.ts";
import { goldens, recordedRows } from "./exchanges.ts";
import { checkAgainstBody, checkEdits, checkTruncation } from "./recorded-checks.ts";

describe.each(goldens.map((golden) => [golden.name, golden] as const))("%s", (_name, golden) => {
  it("is the same bytes and says the same at every cut", () => {
    checkSame(gemini, golden, everyCut(golden.body));
  });

  it("forced through the writer changes nowhere but where a text is edited", () => {
    checkEdits(golden);
  });

  it("says what its body says", () => {
    if (golden.head.status < 400) checkAgainstBody(golden);
  });

  it("is not taken for whole without its end", () => {
    const { length } = golden.body;
    const step = Math.ceil(length / 1000);
    checkTruncation(
      golden,
      Array.from({ length: Math.floor(length / step) }, (_, at) => at * step),
    );
  });

  it("was asked for by a request that is read and written unchanged", () => {
    if (golden.request !== undefined) checkRequest(gemini, golden.request, golden.asked);
  });
});

describe("all recorded exchanges", () => {
  const path = sharedPath("recorded/gemini.jsonl.gz");
  const rows = path === undefined ? [] : recordedRows(path);
  const asked = rows.filter(({ asked }) => /enerateContent$/.test(readPath(asked.path)?.method ?? ""));
  const covered = asked.filter(({ asked }) => !asked.path.endsWith(":batchGenerateContent"));
  const good = covered.filter(({ head }) => head.status < 400);

  it.skipIf(path === undefined)("are the same bytes and say the same, cut at random", () => {
    expect(covered.length).toBe(462);
    for (const row of covered) checkSame(gemini, row, fc.sample(anyCut(row.body), 4));
  });

  it.skipIf(path === undefined)("change nowhere but where a text is edited", () => {
    for (const row of covered) checkEdits(row);
  });

  it.skipIf(path === undefined)("say what their bodies say", () => {
    for (const row of good) checkAgainstBody(row);
  });

  it.skipIf(path === undefined)("are not taken for whole without their end", () => {
    for (const row of good) checkTruncation(row, fc.sample(fc.nat(), 8));
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    const asked = covered.filter(({ request }) => request !== undefined);
    expect(asked.length).toBeGreaterThan(450);
    for (const row of asked) checkRequest(gemini, row.request ?? null, row.asked);
  });
});

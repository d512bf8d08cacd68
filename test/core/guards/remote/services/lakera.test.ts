// Owns the proof that Lakera Guard is asked and understood as its reference says. No breaker.

import { describe, expect, it } from "vitest";
import { ask, at, malformed, playServer, whole } from "../asking.ts";
import { answerText } from "../guard-server.ts";

playServer();

describe("Lakera Guard", () => {
  const adapter = "lakera";
  const own = { project: "project-1" };
  const detector = (type: string, verdict: "detected" | "fine" = "detected") => ({
    project_id: "project-1",
    detector_id: `detector-${type}`,
    detector_type: type,
    detected: verdict === "detected",
    message_id: 0,
  });

  it("is asked about one message, and passes what it does not flag", async () => {
    const answer = { flagged: false, payload: [], breakdown: [detector("pii/email", "fine")] };
    const { said, asked } = await ask({ adapter, own, answer });
    expect(said).toEqual([]);
    expect(asked?.path).toBe("/v2/guard");
    expect(asked?.body).toEqual({
      messages: [{ role: "user", content: "some text" }],
      project_id: "project-1",
      breakdown: true,
      payload: true,
    });
    const { asked: ofAnswer } = await ask({ adapter, own, answer, source: answerText });
    expect(ofAnswer?.body).toMatchObject({ messages: [{ role: "assistant" }] });
  });

  it("finds its detectors' words as ours", async () => {
    const types = ["prompt_attack", "moderated_content/hate", "moderated_content/crime", "unknown_links"];
    const breakdown = [...types.map((type) => detector(type)), detector("pii/name", "fine")];
    const { said } = await ask({ adapter, answer: { flagged: true, breakdown } });
    expect(said).toEqual(
      ["prompt_injection", "hate_speech", "illegal_activities", "unknown_links"].map((type) => whole(type)),
    );
  });

  it("finds personal data where it stands, whatever it counts by", async () => {
    const text = "😀 my card: 4111111111111111";
    const payload = (start: number, end: number, said?: string) => [
      {
        start,
        end,
        detector_type: "pii/credit_card",
        labels: [],
        message_id: 0,
        ...(said ? { text: said } : {}),
      },
    ];
    const breakdown = [detector("pii/credit_card")];
    const found = [at("credit_card", [12, 28])];
    for (const places of [
      payload(11, 27, "4111111111111111"),
      payload(12, 28, "4111111111111111"),
      payload(11, 27),
    ]) {
      const answer = { flagged: true, breakdown, payload: places };
      expect((await ask({ adapter, answer, text })).said).toEqual(found);
    }
  });

  it("finds it in the whole text where the place does not fit", async () => {
    const payload = [{ start: 2, end: 6, text: "elsewhere", detector_type: "pii/email", message_id: 0 }];
    const answer = { flagged: true, payload, breakdown: [detector("pii/email")] };
    expect((await ask({ adapter, answer })).said).toEqual([whole("email")]);
  });

  it("finds something where it flags and does not say why", async () => {
    expect((await ask({ adapter, answer: { flagged: true } })).said).toEqual([whole("flagged")]);
    expect((await ask({ adapter, answer: { flagged: "yes" } })).said).toEqual(malformed);
  });
});

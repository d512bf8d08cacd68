// Owns the proof that what is handed over is not forgotten where the desk does not take it, and that no
// caller waits for it.

import { describe, expect, it } from "vitest";
import { type Respond, saying } from "../core/guards/remote/guard-server.ts";
import { asking, desk, ended, type Options, openDesk, run, start } from "./escalating.ts";

openDesk();

describe("a desk that does not answer", () => {
  const failing = (times: number, status: number): Respond => {
    let left = times;
    return (request, response) => saying({}, left-- > 0 ? status : 200)(request, response);
  };

  it("is tried again, under the same key", async () => {
    const it = await start();
    desk.respond = failing(1, 503);
    await run(it, { prompt: asking });
    expect(await ended(it.gatewayLog)).toMatchObject({ result: "delivered", tries: 2 });
    expect(new Set(desk.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(desk.seen).toHaveLength(2);
  });

  it.each<[string, Partial<Options>, Respond]>([
    ["is down", { url: "http://127.0.0.1:9" }, saying({})],
    ["is silent", {}, () => {}],
    ["fails", {}, saying({}, 500)],
  ])("and %s: after three tries it is logged as lost, and the caller has long been told", async (...row) => {
    const [, options, respond] = row;
    const it = await start(options);
    desk.respond = respond;
    const { status, headers } = await run(it, { prompt: asking });
    expect([status, headers.get("x-sluice-escalated")]).toEqual([200, "user_request"]);
    expect(it.gatewayLog.some(({ event }) => event === "escalation.ended")).toBe(false);
    const raised = it.gatewayLog.find(({ event }) => event === "escalation");
    const line = await ended(it.gatewayLog);
    expect(line).toMatchObject({ result: "lost", reason: "user_request", level: "error" });
    expect(line.escalation_id).toBe(raised?.escalation_id);
    expect(desk.seen).toHaveLength(options.url === undefined ? 3 : 0);
    const told = 'sluice_escalations_total{reason="user_request",result="lost"} 1';
    expect(await it.status("gateway", "/metrics")).toContain(told);
  });

  it("is not asked again where it does not want it", async () => {
    const it = await start();
    desk.respond = saying({}, 422);
    await run(it, { prompt: asking });
    expect(await ended(it.gatewayLog)).toMatchObject({ result: "refused" });
    expect(desk.seen).toHaveLength(1);
  });
});

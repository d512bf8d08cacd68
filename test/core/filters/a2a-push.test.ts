// Owns the proof that push notification URLs of A2A requests, 0.3 and 1.0, lead to hosts of the list or are
// refused. Opens no connection.

import { expect, it } from "vitest";
import { a2aPushFilter } from "../../../core/filters/a2a-push.ts";
import { asVisit, chatCall, sampleExchange } from "./sample-exchange.ts";

async function said(body: unknown, more: { headers?: Record<string, string> } = {}): Promise<string> {
  const filter = a2aPushFilter({ mayName: ({ host, port }) => host === "hooks.example" && port === 443 });
  const opened = await filter.open(sampleExchange(more));
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const halt = await asVisit(opened).call?.({ ...chatCall("{}"), body: Buffer.from(text) });
  return halt !== undefined && "code" in halt ? halt.code : "passes";
}

const rpc = (method: string, params: object) => ({ jsonrpc: "2.0", id: 1, method, params });
const shapes: readonly (readonly [string, (url: unknown) => unknown])[] = [
  [
    "0.3 set",
    (url) => rpc("tasks/pushNotificationConfig/set", { taskId: "t", pushNotificationConfig: { url } }),
  ],
  ["1.0 create", (url) => rpc("CreateTaskPushNotificationConfig", { parent: "tasks/t", config: { url } })],
  [
    "0.3 send",
    (url) => rpc("message/send", { message: {}, configuration: { pushNotificationConfig: { url } } }),
  ],
  ["1.0 send", (url) => rpc("SendMessage", { configuration: { taskPushNotificationConfig: { url } } })],
  ["HTTP send", (url) => ({ message: {}, configuration: { push_notification_config: { url } } })],
  ["a batch", (url) => [rpc("x", {}), rpc("tasks/pushNotificationConfig/set", { url })]],
];

it.each(shapes)("%s: a listed host passes, others do not", async (_, make) => {
  expect(await said(make("https://hooks.example/a?b"))).toBe("passes");
  for (const url of [
    ...[
      "http://hooks.example/",
      "https://hooks.example:8443/",
      "https://evil.example/",
      "http://127.0.0.1:80/",
    ],
    ...[
      "http://169.254.169.254/latest",
      "https://hooks.example@evil.example/",
      "https://hooks.example./",
      "",
    ],
    ...[
      "https://hooks.example\\@evil.example/",
      "https:/evil.example",
      "//evil.example",
      "file:///etc/passwd",
    ],
    ...["https://0x7f.1/", "https://hooks.example\t.evil.example/"],
  ]) {
    expect(await said(make(url)), url).toBe("egress_denied");
  }
});

it("passes what is no A2A, and what says so in a text of its own", async () => {
  expect(await said("not json")).toBe("passes");
  expect(await said('{"a":1}\n{"a":2}')).toBe("passes");
  expect(await said("{{ name }}")).toBe("passes");
  const parts = [{ data: { pushNotificationConfig: { url: "http://127.0.0.1/" } } }];
  expect(await said(rpc("message/send", { message: { parts } }))).toBe("passes");
  expect(await said("")).toBe("passes");
});

it("refuses what readers would read in two ways, and what nobody here can read", async () => {
  const twice =
    '{"method":"message/send","params":{"configuration":{"pushNotification":1,"pushNotification":2}}}';
  expect(await said(twice)).toBe("body_ambiguous");
  expect(await said("x", { headers: { "content-encoding": "gzip" } })).toBe("body_encoded");
});

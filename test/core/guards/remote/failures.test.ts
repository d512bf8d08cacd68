// Owns the proof that a remote guard that fails, dawdles or talks nonsense decides nothing and breaks
// nothing. Knows no service's format.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { GuardServer, openGuard, type Respond, saying, scan } from "./guard-server.ts";

let server: GuardServer;
beforeEach(async () => {
  server = await GuardServer.open(saying({ action: "allow" }));
});
afterEach(() => server.close());

const open = (config: JsonObject = {}) => openGuard({ adapter: "webhook", url: server.url, ...config });
const unable = (because: string) => ({ kind: "unable", because });

async function says(respond: Respond, config?: JsonObject) {
  server.respond = respond;
  return scan(open(config), "some text");
}

describe("a status", () => {
  it.each([
    [500, "unreachable"],
    [502, "unreachable"],
    [503, "overloaded"],
    [429, "overloaded"],
    [413, "too_long"],
    [400, "malformed"],
    [401, "malformed"],
    [404, "malformed"],
  ])("%i is %s, whatever else is said", async (status, because) => {
    expect(await says(saying({ action: "allow" }, status))).toEqual(unable(because));
  });
});

describe("a redirect", () => {
  it.each([301, 302, 307, 308])("%i is not followed", async (status) => {
    const elsewhere = await GuardServer.open(saying({ action: "allow" }));
    const said = await says((_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/` });
      response.end();
    });
    elsewhere.close();
    expect(said).toEqual(unable("malformed"));
    expect(elsewhere.seen).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a body", () => {
  const raw =
    (bytes: Buffer | string, headers: Record<string, string> = {}): Respond =>
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", ...headers });
      response.end(bytes);
    };

  it.each<[string, Buffer | string]>([
    ["nothing", ""],
    ["no JSON", "<html>fine</html>"],
    ["half of it", '{"action":"al'],
    ["a name twice", '{"action":"block","action":"allow"}'],
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["a byte order mark", "\ufeff{}"],
    ["very deep", `${"[".repeat(5_000)}${"]".repeat(5_000)}`],
  ])("of %s is malformed", async (_what, bytes) => {
    expect(await says(raw(bytes))).toEqual(unable("malformed"));
  });

  it("that is encoded is malformed", async () => {
    expect(await says(raw('{"action":"allow"}', { "content-encoding": "gzip" }))).toEqual(
      unable("malformed"),
    );
  });

  it("without an end is read up to its bound", async () => {
    let written = 0;
    const said = await says((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => {
        written += 65_536;
        if (!response.destroyed) response.write(`"${"x".repeat(65_534)}"`, () => setImmediate(more));
      };
      more();
    });
    expect(said).toEqual(unable("malformed"));
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it("that stops amid it is unreachable, or too slow", async () => {
    const broken = await says((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"action":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(broken).toEqual(unable("unreachable"));
    const slow = await says(
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write('{"action":');
      },
      { timeout: "100ms" },
    );
    expect(slow).toEqual(unable("timeout"));
  });
});

describe("time", () => {
  it("is bounded, however slow the other side is", async () => {
    const began = performance.now();
    expect(await says(() => {}, { timeout: "100ms" })).toEqual(unable("timeout"));
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it("is bounded for one that says a little now and then", async () => {
    const said = await says(
      (_request, response) => {
        response.writeHead(200, {});
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(timer));
      },
      { timeout: "200ms" },
    );
    expect(said).toEqual(unable("timeout"));
  });
});

describe("a connection", () => {
  it("that nobody takes is unreachable", async () => {
    const guard = open();
    server.close();
    expect(await scan(guard, "some text")).toEqual(unable("unreachable"));
  });

  it("that was kept and is gone is made once more, once", async () => {
    const guard = open();
    expect(await scan(guard, "first")).toEqual([]);
    let hungUp = 0;
    server.respond = (request, response) => {
      hungUp += 1;
      if (hungUp === 1) response.socket?.destroy();
      else saying({ action: "allow" })(request, response);
    };
    expect(await scan(guard, "second")).toEqual([]);
    server.respond = (_request, response) => {
      hungUp += 1;
      response.socket?.destroy();
    };
    expect(await scan(guard, "third")).toEqual(unable("unreachable"));
    expect(hungUp).toBe(4);
  });
});

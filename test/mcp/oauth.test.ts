// Owns the proof that an MCP server is shown a token of the operator's, fetched once and anew where it is not
// taken, and never what the client shows. Knows no filter.

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type McpFront, startFront } from "./front.ts";
import { ask, type OddServer, post, startOddServer } from "./odd-server.ts";

let issuer: { readonly url: string; readonly forms: URLSearchParams[]; close(): void };
let server: OddServer;
let front: McpFront;
/** What the server takes; others are 401. */
let good: string;

beforeEach(async () => {
  good = "token-1";
  server = await startOddServer([{ name: "search", inputSchema: { type: "object" } }]);
  server.guard = (asked, response) => {
    if (asked.headers.authorization === `Bearer ${good}`) return true;
    response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    return false;
  };
  issuer = await startIssuer(() => new URL(server.url).origin);
});
afterEach(async () => {
  await front.close();
  await server.close();
  issuer.close();
});

async function startIssuer(resourceOrigin: () => string) {
  const forms: URLSearchParams[] = [];
  const say = (response: ServerResponse, value: object): void => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  const http: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url === "/.well-known/oauth-authorization-server") {
      say(response, { issuer: url, token_endpoint: `${url}/token` });
      return;
    }
    forms.push(new URLSearchParams(body));
    say(response, { access_token: `token-${forms.length}`, token_type: "Bearer", expires_in: 3600 });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server.wellKnown = () => ({ resource: `${resourceOrigin()}/mcp`, authorization_servers: [url] });
  return { url, forms, close: () => http.close() };
}

async function open(where: string, more = ""): Promise<string> {
  const oauth2 = `{ ${where}, clientId: sluice, clientSecret: { env: SECRET }${more} }`;
  front = await startFront(
    { servers: { odd: `{ url: ${server.url}, credential: { oauth2: ${oauth2} } }` } },
    { environment: { SECRET: "of-the-operator" } },
  );
  return front.urlOf("odd");
}

const search = (url: string) => ask(url, "tools/call", { name: "search", arguments: {} });
const shown = () => server.asked.map(({ headers }) => headers.authorization);

describe("a token by client credentials", () => {
  it("is fetched once for all calls, for this server and no other", async () => {
    const url = await open(`tokenUrl: "${issuer.url}/token"`, ", scope: mcp.read");
    const said = await Promise.all([search(url), search(url), search(url)]);
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(issuer.forms.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: "client_credentials", scope: "mcp.read", resource: server.url },
    ]);
    expect(new Set(shown())).toEqual(new Set(["Bearer token-1"]));
  });

  it("is fetched anew, once, where the server does not take it; the call is made once", async () => {
    const url = await open(`tokenUrl: "${issuer.url}/token"`);
    await search(url);
    good = "token-2";
    server.asked.length = 0;
    expect((await search(url)).status).toBe(200);
    expect(shown()).toEqual(["Bearer token-1", "Bearer token-2"]);
    good = "none";
    server.asked.length = 0;
    const refused = await search(url);
    expect([refused.status, shown().length]).toEqual([401, 2]);
    expect(refused.headers.get("www-authenticate")).toBeNull();
  });

  it("is found by what the server says of itself, where the policy trusts whom it names", async () => {
    const url = await open(`authorizationServers: [ "${issuer.url}" ]`);
    expect((await search(url)).status).toBe(200);
    expect(issuer.forms).toHaveLength(1);
  });

  it("is asked for from nobody whom the policy does not name", async () => {
    const url = await open('authorizationServers: [ "https://id.example" ]');
    const said = await search(url);
    expect([said.status, said.code]).toEqual([503, "credential_unavailable"]);
    expect(issuer.forms).toHaveLength(0);
    expect(server.asked).toHaveLength(0);
  });

  it("goes in the place of what the client shows", async () => {
    const url = await open(`tokenUrl: "${issuer.url}/token"`);
    const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    const { status } = await post(url, message, { authorization: "Bearer the-clients-own", cookie: "a=b" });
    expect(status).toBe(200);
    const { authorization, cookie } = server.asked[0]?.headers ?? {};
    expect([authorization, cookie]).toEqual(["Bearer token-1", undefined]);
  });
});

// Owns which headers of an MCP server's answer are for its client. Reads no body.

import type { Filter } from "../contracts/exchange.ts";
import { mediaType } from "../text/media.ts";

/** What a server says to whoever shows it a credential is not for a client that has none. */
const withheld = ["set-cookie", "www-authenticate", "alt-svc", "server", "x-powered-by"];

export function mcpAnswersFilter(): Filter {
  return {
    name: "mcp-answers",
    wantsCall: false,
    open: () => ({
      kind: "visit",
      head: ({ headers }) => {
        for (const name of withheld) delete headers[name];
        for (const name of Object.keys(headers)) {
          if (name.startsWith("access-control-")) delete headers[name];
        }
        if (mediaType(headers) !== "text/event-stream") return undefined;
        headers["x-accel-buffering"] = "no";
        headers["cache-control"] ??= "no-cache, no-transform";
        return undefined;
      },
    }),
  };
}

// Owns the detector of messages in roles that are not the client's to use. Knows no conversation.

import { createHash, type Hash } from "node:crypto";
import type { ConfigProblem, Detector, Finding, Scan, Scanner } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";

/** Vendors' words for a role → the one a policy says. Who instructs stays told apart from who speaks. */
const roles: Readonly<Record<string, string>> = {
  system: "system",
  developer: "developer",
  user: "user",
  human: "user",
  assistant: "assistant",
  model: "assistant",
  ai: "assistant",
  tool: "tool",
  function: "tool",
};
const instructing: ReadonlySet<string> = new Set(["system", "developer"]);
const known = ["user", "assistant", "tool", "system", "developer"];

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    allow: {
      type: "array",
      default: ["user", "assistant", "tool"],
      items: { enum: known },
      uniqueItems: true,
      description: "Roles that may speak.",
    },
    pinned: {
      type: "array",
      default: [],
      maxItems: 10_000,
      items: { type: "string", pattern: "^(?:sha256:)?[0-9a-fA-F]{64}$" },
      description: "SHA-256 of texts, in UTF-8, that may stand as system or developer; no others may.",
    },
  },
};

const stringsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function check({ allow, pinned }: JsonObject): readonly ConfigProblem[] {
  const at = stringsOf(allow).findIndex((role) => instructing.has(role));
  if (at < 0 || stringsOf(pinned).length === 0) return [];
  return [
    {
      path: ["allow", at],
      problem: "is let through unpinned",
      hint: "leave it out: pinned texts pass by themselves",
    },
  ];
}

/** To the end, wherever that is. */
const openEnd = Number.MAX_SAFE_INTEGER;

/** The role alone decides. */
class RoleScanner implements Scanner {
  readonly #type: string;
  #pushed = 0;
  #isTold = false;

  constructor(type: string) {
    this.#type = type;
  }

  push(text: string): Scan {
    this.#pushed += text.length;
    return { findings: this.#tell(), decided: this.#pushed };
  }

  end(): readonly Finding[] {
    return this.#tell();
  }

  #tell(): readonly Finding[] {
    if (this.#isTold) return [];
    this.#isTold = true;
    return [{ type: this.#type, start: 0, end: openEnd, score: 1, method: "bound" }];
  }
}

/** The whole text decides. */
class PinScanner implements Scanner {
  readonly #pinned: ReadonlySet<string>;
  readonly #hash: Hash = createHash("sha256");
  /** Half a character would be hashed as another. */
  #half = "";

  constructor(pinned: ReadonlySet<string>) {
    this.#pinned = pinned;
  }

  push(text: string): Scan {
    const all = this.#half + text;
    const last = all.charCodeAt(all.length - 1);
    const isHalf = last >= 0xd800 && last <= 0xdbff;
    this.#half = isHalf ? all.slice(-1) : "";
    this.#hash.update(isHalf ? all.slice(0, -1) : all, "utf8");
    return { findings: [], decided: 0 };
  }

  end(): readonly Finding[] {
    const digest = this.#hash.update(this.#half, "utf8").digest("hex");
    if (this.#pinned.has(digest)) return [];
    return [{ type: "unpinned_prompt", start: 0, end: openEnd, score: 1, method: "checksum" }];
  }
}

export const rolesDetector: Detector = {
  name: "roles",
  config,
  code: "role_denied",
  isWhole: false,
  ignoresMedia: true,
  check,
  create(settings) {
    const allow = new Set(stringsOf(settings.allow ?? ["user", "assistant", "tool"]));
    const pinned = new Set(
      stringsOf(settings.pinned).map((pin) => pin.toLowerCase().replace(/^sha256:/, "")),
    );
    return {
      scan({ role, kind }) {
        // What a tool is described by stands as system in some formats; it is no message.
        if (kind === "tool.definition") return undefined;
        const name = roles[role.toLowerCase()] ?? role.toLowerCase();
        if (name === "" || allow.has(name)) return undefined;
        if (!instructing.has(name)) return new RoleScanner("role_not_allowed");
        return pinned.size > 0 ? new PinScanner(pinned) : new RoleScanner("system_message");
      },
    };
  },
};

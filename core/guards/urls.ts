// Owns the detector of URLs: hosts and schemes that a policy does not want, and links that carry data away.
// Knows no markup.

import type { ConfigProblem, Detector } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { hostOf, hostTest, readAddress } from "./urls/address.ts";
import { payloadOf } from "./urls/payload.ts";
import { UrlScanner, type Verdict } from "./urls/scanner.ts";

const hosts = {
  type: "array",
  default: [],
  maxItems: 10_000,
  items: { type: "string", minLength: 1, maxLength: 260 },
};

const dataLengthMinDefault = 24;

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    allow: {
      ...hosts,
      description: "All other hosts are told. `example.com` is itself, `*.example.com` all below it.",
    },
    deny: { ...hosts, description: "These hosts are told, whatever `allow` says." },
    schemes: {
      type: "array",
      default: [],
      items: { type: "string", pattern: "^[a-z][a-z0-9+.-]{0,30}$" },
      description: "All other schemes are told; empty: none is.",
    },
    ipLiterals: { enum: ["allow", "deny"], default: "allow", description: "Addresses in a host's place." },
    exfiltration: {
      type: "boolean",
      default: false,
      description: "Tell images and links that carry data to a host that `allow` does not name.",
    },
    dataLengthMin: {
      type: "integer",
      minimum: 8,
      maximum: 4_096,
      default: dataLengthMinDefault,
      description:
        "How much an image has to carry; a link, which somebody has to follow, four times as much.",
    },
    dataUris: { type: "boolean", default: false, description: "Tell `data:` URIs." },
  },
};

const linkFactor = 4;

const stringsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function verdictOf(settings: JsonObject): Verdict {
  const allow = stringsOf(settings.allow);
  const [isAllowed, isDenied] = [hostTest(allow), hostTest(stringsOf(settings.deny))];
  const schemes = new Set(stringsOf(settings.schemes));
  const dataLengthMin = Number(settings.dataLengthMin ?? dataLengthMinDefault);
  const judge = (target: string, { isImage }: { readonly isImage: boolean }) => {
    const address = readAddress(target);
    if (address === undefined) return undefined;
    const { scheme, host, isIp, url } = address;
    if (scheme === "data") return settings.dataUris === true ? { type: "data_uri", score: 1 } : undefined;
    if (schemes.size > 0 && !schemes.has(scheme)) return { type: "url_scheme_denied", score: 1 };
    if (host === "") return undefined;
    if (isDenied(host) || (isIp && settings.ipLiterals === "deny")) return { type: "url_denied", score: 1 };
    if (isAllowed(host)) return undefined;
    const dataMin = dataLengthMin * (isImage ? 1 : linkFactor);
    if (settings.exfiltration === true && payloadOf(url) >= dataMin) {
      return { type: "url_exfiltration", score: isImage ? 0.95 : 0.75 };
    }
    return allow.length > 0 ? { type: "url_not_allowed", score: 1 } : undefined;
  };
  return ({ targets, isImage }) =>
    targets.map((target) => judge(target, { isImage })).find((verdict) => verdict !== undefined);
}

function check(settings: JsonObject): readonly ConfigProblem[] {
  const lists = ["allow", "deny"].flatMap((list) =>
    stringsOf(settings[list]).flatMap((host, at): ConfigProblem[] => {
      const isHost = host === "*" || hostOf(host.replace(/^\*\./, "")) !== undefined;
      const isBare = !host.replace(/^\*\./, "").includes("*");
      if (isHost && (isBare || host === "*")) return [];
      const hint = "write `example.com`, or `*.example.com` for all below it; no scheme, no port";
      return [{ path: [list, at], problem: "is not a host", hint }];
    }),
  );
  const { allow, deny, schemes, ipLiterals, exfiltration, dataUris } = settings;
  const asks =
    [allow, deny, schemes].some((list) => stringsOf(list).length > 0) ||
    ipLiterals === "deny" ||
    exfiltration === true ||
    dataUris === true;
  const nothing = { path: [], problem: "asks for nothing", hint: "set allow, deny, schemes or exfiltration" };
  return asks ? lists : [nothing];
}

export const urlsDetector: Detector = {
  name: "urls",
  config,
  code: "blocked_content",
  isWhole: false,
  ignoresMedia: true,
  check,
  create(settings) {
    const verdict = verdictOf(settings);
    return { scan: () => new UrlScanner(verdict) };
  },
};

// Owns how an entry of an agent's `egress` names hosts: one, or all below a domain. Knows no connection.

import { readAuthority } from "../text/authority.ts";

export interface EgressPattern {
  /** Of a wildcard what follows the star, with its dot. */
  readonly host: string;
  readonly port: number;
  readonly isWildcard: boolean;
  readonly isAddress: boolean;
}

/** Undefined: it is spelled in a way that not everybody reads alike. */
export function readPattern(text: string): EgressPattern | undefined {
  const isWildcard = text.startsWith("*.");
  const authority = readAuthority(isWildcard ? text.slice(2) : text);
  if (authority === undefined || (isWildcard && authority.isAddress)) return undefined;
  const { host, port, isAddress } = authority;
  return { host: isWildcard ? `.${host}` : host, port, isWildcard, isAddress };
}

/** Any depth below the star counts, the domain itself does not. */
export function coversHost({ host, isWildcard }: Pick<EgressPattern, "host" | "isWildcard">, name: string) {
  return isWildcard ? name.endsWith(host) && name.length > host.length : name === host;
}

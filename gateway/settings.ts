// Owns the gateway's own settings beside those of every program. Reads neither flags nor files.

import type { ListenAddress, ProgramSettings } from "../core/program/settings.ts";

export interface GatewaySettings {
  readonly program: ProgramSettings;
  readonly listen: ListenAddress;
  /** PEM (PKCS #8, Ed25519) that signs the token for agents' sidecars; undefined: no token is sent. */
  readonly tokenKeyPem: string | undefined;
  /**
   * PEM (SPKI) of other gateways whose tokens prove what an agent was given to do; several while keys are
   * rotated. Its own counts in any case.
   */
  readonly tokenKeysPem?: readonly string[];
  /** Undefined: there is no admin listener. */
  readonly admin?: AdminSettings | undefined;
}

export interface AdminSettings {
  readonly listen: ListenAddress;
  /** Of the keys that come in; lower-case hex, one or two. */
  readonly keySha256s: readonly string[];
}

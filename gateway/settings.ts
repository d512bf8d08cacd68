// Owns the gateway's own settings beside those of every program. Reads neither flags nor files.

import type { ListenAddress, ProgramSettings } from "../core/program/settings.ts";

export interface GatewaySettings {
  readonly program: ProgramSettings;
  readonly listen: ListenAddress;
  /** PEM (PKCS #8, Ed25519) that signs the token for agents' sidecars; undefined: no token is sent. */
  readonly tokenKeyPem: string | undefined;
  /** Undefined: there is no admin listener. */
  readonly admin?: AdminSettings | undefined;
}

export interface AdminSettings {
  readonly listen: ListenAddress;
  /** Of the keys that come in; lower-case hex, one or two. */
  readonly keySha256s: readonly string[];
}

// Owns the sidecar's own settings beside those of every program. Reads neither flags nor files.

import type { Endpoint } from "../core/contracts/policy.ts";
import type { ListenAddress, ProgramSettings } from "../core/program/settings.ts";

export interface InboundSettings {
  readonly listen: ListenAddress;
  /** The agent itself. */
  readonly app: Endpoint;
  /** PEM (SPKI) of the gateways whose tokens are taken; several while keys are rotated. */
  readonly tokenKeysPem: readonly string[];
}

export interface PeerSettings {
  /** Where other agents are called. */
  readonly gateway: Endpoint;
  /** PEM (PKCS #8, Ed25519): signs whose sidecar this is. */
  readonly agentKeyPem: string;
}

export interface SidecarSettings {
  readonly program: ProgramSettings;
  /** The agent in this pod. */
  readonly agent: string;
  readonly listen: ListenAddress;
  /** Undefined: nothing in front of the agent; its calls then belong to no task. */
  readonly inbound: InboundSettings | undefined;
  /** Undefined: no TLS is taken apart here. */
  readonly authority?: AuthoritySettings | undefined;
  /** Undefined: the agent calls no others. */
  readonly peers?: PeerSettings | undefined;
}

/** The pod's own certificate authority. */
export interface AuthoritySettings {
  /** Where the application finds what to trust: public roots and this authority, PEM, never a key. */
  readonly bundleFile: string;
  /** Where it outlives this process, with its key (0600); undefined: it does not. */
  readonly keyFile: string | undefined;
}

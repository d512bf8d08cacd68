// Owns how a connection is made: one resolution, every address checked, the peer checked again. Knows no
// requests.

import { type LookupAddress, lookup } from "node:dns";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { buildConnector } from "undici";
import { isMetadataHost } from "../text/host.ts";
import { isWithinReach } from "../text/reach.ts";

export class NeverDialled extends Error {
  constructor() {
    super("metadata services are never dialled");
  }
}

/** The host is allowed, what it turned out to be is not. */
export class OutOfReach extends Error {
  constructor() {
    super("the address is none that this host may stand for");
  }
}

/** Resolves a name as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * How far a connection may go: a host that an agent names to public addresses only, unless the policy lets
 * it be a private one; what the operator declares, anywhere but to a metadata service.
 */
export type DialReach = "declared" | "public" | "private";

/** What is wrong with an address, or a host as it stands in a URL. */
type Objection = (host: string) => Error | undefined;

const objections: Readonly<Record<DialReach, Objection>> = {
  declared: (host) => (isMetadataHost(host) ? new NeverDialled() : undefined),
  public: (address) => (isWithinReach(address, "public") ? undefined : new OutOfReach()),
  private: (address) => (isWithinReach(address, "private") ? undefined : new OutOfReach()),
};

export interface DialOptions {
  /** Of names; the system's where absent. */
  readonly resolve?: Resolve | undefined;
  readonly reach?: DialReach | undefined;
}

/** A literal address is never resolved, so it is checked before; whatever was dialled is checked behind. */
export function makeDial(
  connectMs: number,
  { resolve = lookup, reach = "declared" }: DialOptions = {},
): buildConnector.connector {
  const isRefused = objections[reach];
  const lookUp = checkedLookup(resolve, isRefused);
  const dial = buildConnector({ timeout: connectMs, allowH2: false, lookup: lookUp });
  return (options, callback) => {
    const objection = objectTo(options.hostname, isRefused);
    if (objection !== undefined) return callback(objection, null);
    dial(options, (error, socket) => {
      if (error !== null) return callback(error, null);
      const behind = isRefused(socket.remoteAddress ?? "");
      if (behind === undefined) return callback(null, socket);
      socket.destroy();
      callback(behind, null);
    });
  };
}

export interface Dialling {
  readonly host: string;
  readonly port: number;
  readonly connectMs: number;
  readonly reach: DialReach;
  readonly resolve?: Resolve | undefined;
}

/** The same for bytes that are nobody's request. One side may end and still hear the other. */
export function dialBytes(
  { host, port, connectMs, reach, resolve = lookup }: Dialling,
  onDialled: (dialled: Socket | Error) => void,
): { abort(): void } {
  const isRefused = objections[reach];
  const objection = objectTo(host, isRefused);
  if (objection !== undefined) {
    onDialled(objection);
    return { abort() {} };
  }
  const socket = connect({
    host,
    port,
    lookup: checkedLookup(resolve, isRefused),
    allowHalfOpen: true,
    noDelay: true,
  });
  let isSettled = false;
  const settle = (dialled: Socket | Error): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(stop);
    socket.off("error", settle);
    if (dialled instanceof Error) socket.on("error", () => {}).destroy();
    onDialled(dialled);
  };
  const stop = setTimeout(() => settle(new Error("no connection in time")), connectMs);
  socket.once("error", settle);
  socket.once("connect", () => settle(isRefused(socket.remoteAddress ?? "") ?? socket));
  return { abort: () => settle(new Error("not wanted any more")) };
}

/** Where only a resolver says what a name stands for, its answer is looked at. */
function objectTo(hostname: string, isRefused: Objection): Error | undefined {
  if (isMetadataHost(hostname)) return new NeverDialled();
  const plain = hostname.replaceAll(/^\[|\]$/g, "");
  return isIP(plain) === 0 ? undefined : isRefused(plain);
}

/** The address that is checked is the one connected to: no second resolution in between (DNS rebinding). */
export function checkedLookup(resolve: Resolve, isRefused: Objection = objections.declared): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error ?? new Error("no address"), "", 0);
      const objection = addresses.map(({ address }) => isRefused(address)).find((one) => one !== undefined);
      if (objection !== undefined) callback(objection, "", 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

// Owns how a connection to a remote guard is made: no name may lead to a cloud's metadata service. Knows no
// request.

import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { isMetadataHost } from "../../text/host.ts";

export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A literal address is never resolved, so it is checked before; whatever was dialled is checked behind. */
export function makeDial(connectMs: number, resolve: Resolve = lookup): buildConnector.connector {
  const dial = buildConnector({ timeout: connectMs, allowH2: false, lookup: checked(resolve) });
  return (options, callback) => {
    if (isMetadataHost(options.hostname)) return callback(neverDialled(), null);
    dial(options, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (!isMetadataHost(socket.remoteAddress ?? "")) return callback(null, socket);
      socket.destroy();
      callback(neverDialled(), null);
    });
  };
}

/** The address that is checked is the one connected to: no second resolution in between (DNS rebinding). */
function checked(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error ?? new Error("no address"), "", 0);
      if (addresses.some(({ address }) => isMetadataHost(address))) callback(neverDialled(), "", 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const neverDialled = (): Error => new Error("metadata services are never dialled");

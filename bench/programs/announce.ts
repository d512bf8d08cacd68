// Owns how a bench's program tells its parent the port it took, and ends with it. Knows not what it serves.

import type { AddressInfo, Server } from "node:net";

export interface Announcement {
  readonly port: number;
}

/** Listens on a free port of 127.0.0.1 and says which. */
export function listenAndAnnounce(server: Server): void {
  server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
}

/** A clean exit, on SIGTERM or when the parent is gone, lets Node write the profile it was asked for. */
export function announce(port: number): void {
  process.once("SIGTERM", () => process.exit(0));
  process.once("disconnect", () => process.exit(0));
  process.send?.({ port } satisfies Announcement);
}

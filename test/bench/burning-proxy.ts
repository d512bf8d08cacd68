// Owns a bare proxy that computes for nothing before each request: the bench must see it.

import { listenAndAnnounce } from "../../bench/programs/announce.ts";
import { makeBareProxy } from "../../bench/programs/bare-proxy.ts";

const burnMs = 2;

const server = makeBareProxy(`http://127.0.0.1:${process.argv[2]}`, 16);
server.prependListener("request", () => {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= burnMs * 1_000) return;
  }
});
listenAndAnnounce(server);

// Owns running @fastify/http-proxy as a process, as its readme shows it: for scale.

import proxy from "@fastify/http-proxy";
import Fastify from "fastify";
import { connectionsMax } from "../workload.ts";
import { announce } from "./announce.ts";

const app = Fastify({ logger: false });
await app.register(proxy, {
  upstream: `http://127.0.0.1:${process.argv[2]}`,
  undici: { connections: connectionsMax, pipelining: 1, allowH2: false },
});
announce(Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port));

// Owns running the bare proxy as a process: its upstream's port in, its own port out.

import { connectionsMax } from "../workload.ts";
import { listenAndAnnounce } from "./announce.ts";
import { makeBareProxy } from "./bare-proxy.ts";

listenAndAnnounce(makeBareProxy(`http://127.0.0.1:${process.argv[2]}`, connectionsMax));

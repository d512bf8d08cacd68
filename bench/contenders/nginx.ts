// Owns nginx as a bare reverse proxy, for scale: one process, nothing buffered or logged. Knows no Node.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Contender, findFreePort, waitUntilUp } from "../contender.ts";
import { chatPath, connectionsMax } from "../workload.ts";

export const nginx: Contender = {
  name: "nginx",
  async start(upstream, children) {
    if (spawnSync("nginx", ["-v"]).status !== 0)
      return { kind: "skipped", because: "nginx is not installed" };
    const folder = children.makeFolder();
    const port = await findFreePort();
    const file = join(folder, "nginx.conf");
    writeFileSync(file, nginxConfig({ folder, port, upstreamPort: upstream.port }));
    const command = ["nginx", "-p", folder, "-e", join(folder, "error.log"), "-c", file];
    const child = children.start(command, { place: "measured" });
    await waitUntilUp(`http://127.0.0.1:${port}/up`);
    return { kind: "running", pid: child.pid ?? 0, port, path: chatPath };
  },
};

interface NginxPorts {
  readonly folder: string;
  readonly port: number;
  readonly upstreamPort: number;
}

/** `master_process off`: the one process is the worker, so its pid tells all of its CPU time. */
function nginxConfig({ folder, port, upstreamPort }: NginxPorts): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  client_body_buffer_size 16k;
  keepalive_requests 100000000;
  upstream provider {
    server 127.0.0.1:${upstreamPort};
    keepalive ${connectionsMax};
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location = /up { return 200; }
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}

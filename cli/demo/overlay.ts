// Owns the policy files a run of the demo lays over those in policies/: its ports, its key. Checks nothing.

import { hash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

interface OverlayDocument {
  readonly kind: string;
  readonly name: string;
  readonly spec: object;
}

/** Two directories, since the gateway's ports are known only when the sidecars listen. */
export class RunOverlay {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async create(): Promise<RunOverlay> {
    return new RunOverlay(await mkdtemp(join(tmpdir(), "sluice-demo-")));
  }

  async writeProvider(baseUrl: string): Promise<string> {
    return this.#write("provider", [{ kind: "Provider", name: "openai", spec: { baseUrl } }]);
  }

  /** `endpoints`: agent → its sidecar's inbound. */
  async writeEdge(apiKey: string, endpoints: ReadonlyMap<string, string>): Promise<string> {
    const apiKeys = { demo: { sha256: hash("sha256", apiKey, "hex") } };
    const agents = [...endpoints].map(([name, url]) => ({ kind: "Agent", name, spec: { endpoints: [url] } }));
    return this.#write("edge", [{ kind: "Caller", name: "web-app", spec: { apiKeys } }, ...agents]);
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  async #write(folder: string, documents: readonly OverlayDocument[]): Promise<string> {
    const directory = join(this.#root, folder);
    const texts = documents.map(({ kind, name, spec }) =>
      stringify({ apiVersion: "sluice.dev/v1alpha1", kind, metadata: { name }, spec }),
    );
    await mkdir(directory);
    await writeFile(join(directory, "overlay.yaml"), texts.join("---\n"));
    return directory;
  }
}

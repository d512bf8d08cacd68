// Owns this pod's certificate authority: what a host shows that is taken apart here. Knows no policy and no
// file.

import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { LRUCache } from "lru-cache";
import { type Issuer, type LeafKeys, leafLifeMs, makeLeafKeys, signLeaf } from "./x509-adapter.ts";

/** Hosts behind wildcards are any number. */
const leavesMax = 1_000;

export class PodAuthority {
  readonly #issuer: Issuer;
  readonly #leafKeys: LeafKeys;
  /** Renewed at half their life: whoever is shown one may use it for a while. */
  readonly #leaves = new LRUCache<string, Promise<SecureContext>>({ max: leavesMax, ttl: leafLifeMs / 2 });

  private constructor(issuer: Issuer, leafKeys: LeafKeys) {
    this.#issuer = issuer;
    this.#leafKeys = leafKeys;
  }

  static async open(issuer: Issuer): Promise<PodAuthority> {
    return new PodAuthority(issuer, await makeLeafKeys(issuer));
  }

  /** PEM; never the key. */
  get certificate(): string {
    return this.#issuer.certificate.toString("pem");
  }

  /** What the application is to trust: whatever this process does, and this authority. */
  get bundle(): string {
    return [...getCACertificates("default"), this.certificate].map((pem) => `${pem.trim()}\n`).join("");
  }

  /** Of one host at a time: those who come together wait for one signature. */
  readonly contextFor = (host: string): Promise<SecureContext> => {
    const known = this.#leaves.get(host);
    if (known !== undefined) return known;
    const made = this.#make(host);
    this.#leaves.set(host, made);
    return made;
  };

  async #make(host: string): Promise<SecureContext> {
    const leaf = await signLeaf(this.#issuer, host, this.#leafKeys);
    const key = this.#leafKeys.privatePem;
    // Else all public roots are put into it, to check clients with that show no certificate.
    const ca = this.certificate;
    return createSecureContext({ key, cert: `${leaf}\n${ca}`, ca, minVersion: "TLSv1.2" });
  }
}

// Owns the proof of the pod's CA: in memory or in a file that is its own, and a bundle that holds no key.

import { X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAuthority } from "../../sidecar/authority-files-adapter.ts";

let dir: string;
const at = (name: string) => join(dir, name);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-ca-"));
});

afterEach(() => rm(dir, { recursive: true }));

describe("in memory", () => {
  it("is another with each start, and only its certificate is written", async () => {
    const bundleFile = at("in/bundle.pem");
    const first = await openAuthority({ bundleFile, keyFile: undefined });
    const second = await openAuthority({ bundleFile, keyFile: undefined });
    expect(first.certificate).not.toBe(second.certificate);
    const bundle = await readFile(bundleFile, "utf8");
    expect(bundle.includes(second.certificate.trim())).toBe(true);
    expect(bundle.includes("PRIVATE KEY")).toBe(false);
    expect(await readdir(at("in"))).toEqual(["bundle.pem"]);
    expect((await stat(bundleFile)).mode & 0o777).toBe(0o644);
  });

  it("is a CA for leaves alone", async () => {
    const authority = await openAuthority({ bundleFile: at("b"), keyFile: undefined });
    const certificate = new X509Certificate(authority.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  });

  it("signs a host once", async () => {
    const authority = await openAuthority({ bundleFile: at("b"), keyFile: undefined });
    const made = authority.contextFor("a.test");
    expect(authority.contextFor("a.test")).toBe(made);
    expect(await authority.contextFor("b.test")).not.toBe(await made);
  });
});

describe("in a file", () => {
  const options = () => ({ bundleFile: at("b"), keyFile: at("keys/ca.pem") });

  it("is the same after a restart, and nobody else's to read", async () => {
    const first = await openAuthority(options());
    expect((await stat(at("keys/ca.pem"))).mode & 0o777).toBe(0o600);
    expect((await openAuthority(options())).certificate).toBe(first.certificate);
  });

  it("is refused where others may read it, where it is a link, and where it is no CA", async () => {
    await openAuthority(options());
    await chmod(at("keys/ca.pem"), 0o640);
    await expect(openAuthority(options())).rejects.toThrow(/nobody else may read/);
    await chmod(at("keys/ca.pem"), 0o600);
    await symlink(at("keys/ca.pem"), at("link.pem"));
    await expect(openAuthority({ ...options(), keyFile: at("link.pem") })).rejects.toThrow(
      /nobody else may read/,
    );
    await writeFile(at("keys/ca.pem"), "not a key");
    await expect(openAuthority(options())).rejects.toThrow(/holds no CA/);
  });

  it("whose key is another's is none", async () => {
    await openAuthority(options());
    await openAuthority({ ...options(), keyFile: at("keys/other.pem") });
    const [own, other] = await Promise.all(
      ["ca", "other"].map((name) => readFile(at(`keys/${name}.pem`), "utf8")),
    );
    const border = "-----BEGIN PRIVATE";
    const mixed = `${own?.split(border)[0]}${border}${other?.split(border)[1]}`;
    await writeFile(at("keys/ca.pem"), mixed);
    await expect(openAuthority(options())).rejects.toThrow(/holds no CA/);
  });

  it("that cannot be written is said in one line", async () => {
    await writeFile(at("file"), "");
    await expect(openAuthority({ bundleFile: at("file/b"), keyFile: undefined })).rejects.toThrow(
      /--ca-bundle/,
    );
    await expect(openAuthority({ bundleFile: at("b"), keyFile: at("file/k") })).rejects.toThrow(/--ca-key/);
  });
});

// Brings a checkout to the point where the npm scripts run: packages, a recent enough Node, redis-server for the tests.
// Must not know the product, nor use any package: it runs before there are any, on Node 18 or newer.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const RUNTIME_VERSION = "24.21.0";
const RUNTIME_PLATFORMS = ["linux-x64", "linux-arm64"]; // where npm has that version as a package
const LOCK_WAIT_MS = 600_000;
const LOCK_BEAT_MS = 2_000;
const LOCK_STALE_MS = 30_000; // a holder that has not touched its lock for so long is dead
const STEP_MS = 900_000;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...names) => path.join(root, ...names);
const stampFile = at("node_modules", ".setup-stamp");
const lockFile = at(".setup.lock");
const nodeLink = at("node_modules", ".bin", "node");
const target = `${process.platform}-${process.arch}`;
const runtimeHome = at(".runtime", "node_modules", `node-${target}`);
const runtimeNode = path.join(runtimeHome, "bin", "node");

/** Ends the setup with one line that names the remedy. */
class SetupError extends Error {}

const say = (line) => console.error(`setup: ${line}`);
const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

/** Runs a command quietly; answers its exit code and the last lines it wrote. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    let tail = "";
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: STEP_MS,
    });
    const stop = () => child.kill();
    process.once("exit", stop);
    const keep = (chunk) => {
      tail = (tail + chunk).slice(-2_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, tail: error.message }));
    child.on("close", (code) => {
      process.off("exit", stop);
      resolve({ code: code ?? 1, tail: tail.trim() });
    });
  });
}

/** npm with everything a user's npmrc could turn against us set back. */
const npm = (args) =>
  run("npm", [
    ...args,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--engine-strict=false",
    "--loglevel=error",
  ]);

function isOlder(version, minimum) {
  const [major, minor] = version.split(".").map(Number);
  const [minMajor, minMinor] = minimum.split(".").map(Number);
  return major < minMajor || (major === minMajor && minor < minMinor);
}

const isOurs = (file) => file.startsWith(at(".runtime") + path.sep);

/** The node the machine would run without our link: its version, or undefined where there is none. */
function machineNode() {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, "node");
    const real = fs.existsSync(file) ? fs.realpathSync(file) : undefined;
    if (real === undefined || isOurs(real)) continue;
    if (real === fs.realpathSync(process.execPath)) return process.versions.node;
    const asked = spawnSync(real, ["--version"], { encoding: "utf8" });
    if (asked.status === 0) return asked.stdout.trim().slice(1);
  }
  return isOurs(fs.realpathSync(process.execPath)) ? undefined : process.versions.node;
}

const stamp = () =>
  createHash("sha256")
    .update(fs.readFileSync(at("package-lock.json")))
    .update(target)
    .digest("hex");
const isStamped = () => fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === stamp();

/** True where someone ran npm by hand: npm's own record in node_modules agrees with the lock file. */
function isInstalled() {
  const record = at("node_modules", ".package-lock.json");
  if (!fs.existsSync(record)) return false;
  const wanted = readJson(at("package-lock.json")).packages;
  const found = readJson(record).packages;
  const same = (name) =>
    found[name]?.version === wanted[name].version && found[name]?.integrity === wanted[name].integrity;
  return Object.keys(wanted).every(
    (name) => name === "" || same(name) || (wanted[name].optional && !found[name]),
  );
}

async function installPackages() {
  if (isInstalled()) return;
  say("installing packages with npm ci");
  const { code, tail } = await npm(["ci", "--include=dev", "--include=optional", "--prefer-offline"]);
  if (code !== 0) throw new SetupError(`npm ci failed (exit ${code}): ${tail}`);
}

const linkTarget = () =>
  fs.lstatSync(nodeLink, { throwIfNoEntry: false })?.isSymbolicLink()
    ? path.resolve(path.dirname(nodeLink), fs.readlinkSync(nodeLink))
    : undefined;

function isLinkRight({ needed }) {
  if (!needed) return linkTarget() === undefined || !isOurs(linkTarget());
  const manifest = path.join(runtimeHome, "package.json");
  return (
    linkTarget() === runtimeNode && fs.existsSync(manifest) && readJson(manifest).version === RUNTIME_VERSION
  );
}

/** Puts npm's own build of Node before the machine's: npm runs scripts with node_modules/.bin first in PATH. */
async function linkRuntime(why) {
  if (!RUNTIME_PLATFORMS.includes(target)) {
    throw new SetupError(
      `${why}, and npm has none for ${target}: install Node 24 (https://nodejs.org), run again`,
    );
  }
  say(`${why}: using Node ${RUNTIME_VERSION} from npm, kept in .runtime`);
  const wanted = `node-${target}@${RUNTIME_VERSION}`;
  const { code, tail } = await npm([
    "install",
    "--prefix",
    ".runtime",
    "--no-save",
    "--prefer-offline",
    wanted,
  ]);
  if (code !== 0) throw new SetupError(`npm install ${wanted} failed (exit ${code}): ${tail}`);
  if (spawnSync(runtimeNode, ["--version"]).status !== 0) {
    throw new SetupError(
      `${wanted} does not run on this system: install Node 24 by its own means, run again`,
    );
  }
  fs.rmSync(nodeLink, { force: true });
  fs.symlinkSync(path.relative(path.dirname(nodeLink), runtimeNode), nodeLink);
}

const isOnPath = (name) =>
  (process.env.PATH ?? "").split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, name)));

/** The Redis tests need a real server. Without one they print SKIPPED, so nothing here is fatal. */
async function findRedis() {
  if (isOnPath("redis-server")) return;
  const skipped = "the Redis tests will print SKIPPED";
  if (process.getuid?.() !== 0 || !isOnPath("apt-get")) {
    say(`redis-server is not installed: ${skipped}`);
    return;
  }
  say("installing redis-server with apt-get");
  const bounds = ["-q", "-y", "-o", "DPkg::Lock::Timeout=60", "-o", "Acquire::http::Timeout=20"];
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", [...bounds, "update"], quiet);
  const install = [...bounds, "install", "--no-install-recommends", "redis-server"];
  const installed = updated.code === 0 ? await run("apt-get", install, quiet) : updated;
  if (installed.code !== 0) say(`apt-get failed, ${skipped}: ${installed.tail.split("\n").at(-1)}`);
}

const isStale = (file) =>
  Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > LOCK_STALE_MS;

/** Takes a dead holder's lock away; gives it back where another waiter was quicker and the lock is live again. */
function dropStaleLock() {
  const aside = `${lockFile}.${process.pid}`;
  if (codeOf(() => fs.renameSync(lockFile, aside)) !== undefined) return;
  if (isStale(aside)) fs.rmSync(aside);
  else fs.renameSync(aside, lockFile);
}

function codeOf(act) {
  try {
    act();
    return undefined;
  } catch (error) {
    return error.code ?? error.message;
  }
}

async function takeLock() {
  const until = Date.now() + LOCK_WAIT_MS;
  for (let waited = false; ; waited = true) {
    const code = codeOf(() => fs.closeSync(fs.openSync(lockFile, "wx")));
    if (code === undefined) break;
    if (code !== "EEXIST") throw new SetupError(`cannot write ${lockFile} (${code})`);
    if (Date.now() > until)
      throw new SetupError(`another setup still holds ${lockFile}: end it and run again`);
    if (!waited) say("waiting for another setup of this checkout");
    if (isStale(lockFile)) dropStaleLock();
    else await sleep(500);
  }
  const beat = () => fs.utimes(lockFile, new Date(), new Date(), () => {});
  setInterval(beat, LOCK_BEAT_MS).unref();
  process.once("exit", () => fs.rmSync(lockFile, { force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
}

async function setUp() {
  const minimum = readJson(at("package.json")).engines.node.replace(">=", "");
  const version = machineNode();
  const needed = version === undefined || isOlder(version, minimum);
  const isReady = () => isStamped() && isLinkRight({ needed });
  if (isReady()) return;
  await takeLock();
  if (isReady()) return;
  if (!isStamped()) {
    await installPackages();
    await findRedis();
    fs.writeFileSync(stampFile, stamp());
  }
  if (isLinkRight({ needed })) return;
  if (needed) await linkRuntime(`Node ${version ?? "(none found)"} is older than ${minimum}`);
  else fs.rmSync(nodeLink, { force: true });
}

setUp().catch((error) => {
  say(error instanceof SetupError ? error.message : (error.stack ?? String(error)));
  process.exitCode = 1;
});

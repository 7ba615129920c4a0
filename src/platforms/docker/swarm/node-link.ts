// The link of a node to the others, where the node is an engine in a network namespace of this machine. It is never
// the namespace that we are in ourselves: a link of this machine is not taken down.

import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { HarnessError } from "../../../core/errors.ts";

const run = promisify(execFile);

interface Link {
  /** A process in the namespace: its engine. */
  readonly pid: number;
  readonly device: string;
  readonly isUp: boolean;
}

/**
 * The link of the node that has the address; undefined where it is no engine in a network of its own here. Throws
 * HarnessError "environment" where several are: two clusters of this machine may have the same addresses.
 */
export async function linkOf(address: string): Promise<Link | undefined> {
  const ours = await readlink("/proc/self/ns/net");
  const machines = await readlink("/proc/1/ns/net").catch(() => ours);
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = new Map<string, Link>();
  for (const pid of pids) {
    if ((await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim() !== "dockerd") continue;
    const own = await readlink(`/proc/${pid}/ns/net`).catch(() => ours);
    if (own === ours || own === machines || found.has(own)) continue;
    const link = await linkIn(pid, address);
    if (link !== undefined) found.set(own, link);
  }
  const [link, second] = found.values();
  if (second === undefined) return link;
  throw new HarnessError("environment", `several nodes of this machine have the address ${address}`, {
    hint: "which of them is meant cannot be told: end the other cluster, or give it other addresses",
  });
}

async function linkIn(pid: number, address: string): Promise<Link | undefined> {
  const listed = await ip(pid, ["-o", "-4", "addr", "show"]).catch(() => "");
  const line = listed.split("\n").find((one) => one.includes(` inet ${address}/`));
  const device = /^\d+:\s+([^\s@]+)/.exec(line ?? "")?.[1];
  // Each network has its own loopback, which leads nowhere.
  if (device === undefined || device === "lo") return undefined;
  const shown = await ip(pid, ["-o", "link", "show", "dev", device]);
  return { pid, device, isUp: /<[^>]*\bUP\b[^>]*>/.test(shown) };
}

/** Throws HarnessError "environment" where there is no such link, or the system refuses. */
export async function setLink(address: string, link: "up" | "down"): Promise<void> {
  const there = await linkOf(address);
  if (there === undefined) {
    throw new HarnessError(
      "environment",
      `no node with the address ${address} has a network of its own on this machine`,
      {
        hint: "only a node in a network namespace here can be cut off",
      },
    );
  }
  // Its addresses stay with it, and so does the route to its own network once it is up again.
  await ip(there.pid, ["link", "set", "dev", there.device, link]);
}

async function ip(pid: number, words: readonly string[]): Promise<string> {
  return (await run("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", ...words])).stdout;
}

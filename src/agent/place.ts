// Where an agent is, and the secret that both sides know. There are no certificates: Node cannot sign one, and one that
// nobody checks proves nothing. A key made of the token encrypts, and shows each side that the other has it.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { scryptSync } from "node:crypto";
import { getCiphers } from "node:tls";
import { HarnessError } from "../core/errors.ts";
import type { HostPort } from "../core/host-port.ts";

/** The environment variable that holds the token, on both sides. */
export const tokenVariable = "REBOUND_AGENT_TOKEN";

/** A shorter token might be guessed by whoever stands between. */
const shortestToken = 20;

/** An agent, and what it is spoken to with. */
export interface AgentPlace extends HostPort {
  readonly key: Buffer;
}

/**
 * TLS 1.2 by a key that both sides know (RFC 4279), with keys of each connection's own beside it (RFC 5489, RFC 7905),
 * so that a token that becomes known later opens nothing of before. Node has no suite of TLS 1.3 for such keys.
 */
const suite = "ECDHE-PSK-CHACHA20-POLY1305";
export const tlsOptions = { ciphers: suite, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;

/** The name under which the key is asked for; there is one key alone. */
export const keyName = "rebound-agent";

/**
 * The key that follows from the token. scrypt (RFC 7914) makes each guess dear. Throws HarnessError "bad-input" without
 * a token that is long enough, and "environment" where this Node was built without such keys.
 */
export function keyFromEnvironment(env: Readonly<Record<string, string | undefined>>): Buffer {
  const token = env[tokenVariable] ?? "";
  if (token.length < shortestToken) {
    const found = token === "" ? "is not set" : `has fewer than ${shortestToken} characters`;
    throw new HarnessError("bad-input", `${tokenVariable} ${found}`, {
      hint: `make one with \`openssl rand -hex 32\`, and export it here and where \`rebound agent\` runs; it stands in no log`,
    });
  }
  if (!getCiphers().includes(suite.toLowerCase()))
    throw new HarnessError("environment", `this Node.js cannot speak TLS by a shared key (${suite})`, {
      hint: "take a Node.js with the OpenSSL that comes with it",
    });
  return scryptSync(token, "rebound agent, version 1", 32);
}

/** A text that is equal exactly where loopback is the same machine's: two processes see the same network. */
export function ownPlace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/net")}`;
  } catch {
    return hostname();
  }
}

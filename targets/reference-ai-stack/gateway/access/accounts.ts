// Who has an account at the gateway: a name and a password to log in with, a key to ask with. A file names them; in
// memory there are salted hashes alone.
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { createSessions, type Session, type SessionParts } from "./sessions.ts";

const rowSchema = z.strictObject({
  user: z.string().min(1).max(64),
  password: z.string().min(8).max(256),
  key: z.string().min(16).max(256),
  cluster: z.string().min(1).max(32),
  priority: z.enum(["high", "low"]),
  perSecond: z.number().positive(),
});
type Row = z.infer<typeof rowSchema>;

/** `perSecond`: requests a second that a user may go on asking; `priority`: who is turned away first is low. */
export type Account = Readonly<Omit<Row, "password" | "key">>;

export interface Accounts {
  /** Takes as long for a name that nobody has; undefined: refused. */
  logIn(user: string, password: string): Promise<Account | undefined>;
  /** A key of its own for whoever has logged in. */
  openSession(account: Account): Session;
  /** By a key of the file or of a session; `over`: that of a session whose time is over; undefined: nobody's. */
  ofKey(key: string): Account | "over" | undefined;
}

/**
 * About 0.7 ms of a core, a hundredth of what a service for strangers should take: all of this stack shares the machine
 * on which it is measured, and passwords of a demonstration are public.
 */
const COST = { N: 256, r: 8, p: 1 } as const;
const HASH_BYTES = 32;

interface Kept {
  readonly account: Account;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Accounts of a file of JSON Lines. Rejects with the file's name and the line of what it cannot read. */
export async function openAccounts(file: string, parts: SessionParts): Promise<Accounts> {
  const lines = readFileSync(file, "utf8").split("\n");
  const rows = lines.flatMap((line, at) => (line.trim() === "" ? [] : [readRow(line, `${file}:${at + 1}`)]));
  return accountsOf(rows, parts);
}

function readRow(line: string, place: string): Row {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new Error(`${place}: no JSON; expected an account`);
  }
  const row = rowSchema.safeParse(json);
  // What was found is not said: it may be a password.
  if (!row.success) {
    const [issue] = row.error.issues;
    throw new Error(`${place}: ${issue?.path.join(".") || "the account"}: ${issue?.code ?? "wrong"}`);
  }
  return row.data;
}

async function accountsOf(rows: readonly Row[], parts: SessionParts): Promise<Accounts> {
  const byUser = new Map<string, Kept>();
  const byKey = new Map<string, Account>();
  await Promise.all(
    rows.map(async ({ password, key, ...account }) => {
      const salt = randomBytes(16);
      byUser.set(account.user, { account, salt, hash: await hashOf(password, salt) });
      byKey.set(digestOf(key), account);
    }),
  );
  const nobody = { salt: randomBytes(16), hash: randomBytes(HASH_BYTES) };
  const sessions = createSessions(parts);
  return {
    async logIn(user, password) {
      const kept = byUser.get(user);
      const { salt, hash } = kept ?? nobody;
      return timingSafeEqual(await hashOf(password, salt), hash) ? kept?.account : undefined;
    },
    openSession: ({ user }) => sessions.open(user),
    ofKey(key) {
      const account = byKey.get(digestOf(key));
      if (account !== undefined) return account;
      const session = sessions.read(key);
      if (session === undefined) return undefined;
      return session.isOver ? "over" : byUser.get(session.user)?.account;
    },
  };
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("base64");
}

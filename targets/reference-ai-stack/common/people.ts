// Who may do what: people by name, role and token. A token is compared in constant time, and is never written anywhere.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { principalOf } from "./bearer.ts";

const ROLES = ["viewer", "operator", "approver", "admin"] as const;
type Role = (typeof ROLES)[number];

/** view: look at the console · operate: turn the knobs · approve: answer what the healer asks. */
export type Right = "view" | "operate" | "approve";

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ["view"],
  operator: ["view", "operate"],
  approver: ["view", "approve"],
  admin: ["view", "operate", "approve"],
};

export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly token: string;
}

export function may({ role }: Pick<Person, "role">, right: Right): boolean {
  return RIGHTS[role].includes(right);
}

/** `approver or admin`: the roles that have the right. */
export function rolesWith(right: Right): string {
  return ROLES.filter((role) => may({ role }, right)).join(" or ");
}

/** Whose token this is, or undefined. */
export function personOf(header: string | undefined, people: readonly Person[]): Person | undefined {
  const name = principalOf(header, Object.fromEntries(people.map((person) => [person.name, person.token])));
  return people.find((person) => person.name === name);
}

/** Principals that are no people: nobody may be called so. */
const TAKEN = new Set(["healer", "supervisor", "nobody"]);

const TOKEN = /^\S{16,200}$/;
const tokenWords = "16 to 200 characters without a space";

/** The token as it is. Throws an Error that names the variable, and no token, when it is too easily guessed. */
export function checkToken(variable: string, token: string): string {
  if (TOKEN.test(token)) return token;
  throw new Error(`${variable} is no token; expected ${tokenWords}`);
}

const nameWords = "a name in lower-case letters, digits, dots and hyphens";
const peopleFile = z
  .array(
    z.strictObject({
      name: z
        .string(nameWords)
        .regex(/^[a-z][a-z0-9.-]{0,59}$/, nameWords)
        .refine((name) => !TAKEN.has(name), "is a name of the stack's own"),
      role: z.enum(ROLES),
      token: z.string(tokenWords).regex(TOKEN, tokenWords),
    }),
  )
  .max(100);

/** Each token and each name is one person's. Throws an Error that names the place, and no token. */
export function readPeopleFile(file: string): readonly Person[] {
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`STACK_PEOPLE_FILE: ${file} is not there or no JSON; expected a list of { name, role, token }`);
  }
  const parsed = peopleFile.safeParse(written);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`STACK_PEOPLE_FILE: ${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "malformed"}`);
}

/** Throws an Error where two people have one name or one token: two people would be one. */
export function checkPeople(people: readonly Person[]): readonly Person[] {
  for (const [index, { name, token }] of people.entries()) {
    const before = people.slice(0, index);
    if (before.some((other) => other.name === name)) throw new Error(`two people are called ${name}; expected one`);
    const same = before.find((other) => other.token === token);
    if (same !== undefined) throw new Error(`${name} and ${same.name} have the same token; expected one each`);
  }
  return people;
}

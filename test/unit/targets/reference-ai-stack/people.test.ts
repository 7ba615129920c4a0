// Who has which role and token, and what is refused before the stack starts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  checkPeople,
  may,
  personOf,
  readPeopleFile,
  rolesWith,
  type Person,
} from "../../../../targets/reference-ai-stack/common/people.ts";
import { readStackConfig } from "../../../../targets/reference-ai-stack/config.ts";

const ADA = { name: "ada", role: "approver", token: "a-token-of-ada-only" } as const;
const GRACE = { name: "grace.h-2", role: "operator", token: "a-token-of-grace-only" } as const;

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "people-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "people.json");
  writeFileSync(file, text);
  return file;
}

const fileOf = (...people: unknown[]): string => fileWith(JSON.stringify(people));

/** What is thrown, in words. */
function complaintOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing was refused";
}

it("reads people from the file and from variables, and knows each by the token alone", () => {
  const admin = "a-token-of-the-admin";
  const { people } = readStackConfig({ STACK_PEOPLE_FILE: fileOf(ADA, GRACE), STACK_ADMIN_TOKEN: admin });
  expect(people).toEqual([{ name: "admin", role: "admin", token: admin }, ADA, GRACE]);
  expect(personOf(`Bearer ${GRACE.token}`, people)).toEqual(GRACE);
  expect(personOf(`Bearer ${GRACE.token}x`, people)).toBeUndefined();
  expect(personOf(undefined, people)).toBeUndefined();
});

it.each([
  ["viewer", []],
  ["operator", ["operate"]],
  ["approver", ["approve"]],
  ["admin", ["operate", "approve"]],
] as const)("lets the role %s look, and do %j", (role, rights) => {
  expect((["view", "operate", "approve"] as const).filter((right) => may({ role }, right))).toEqual([
    "view",
    ...rights,
  ]);
});

it("says which roles have a right", () => {
  expect(rolesWith("approve")).toBe("approver or admin");
  expect(rolesWith("operate")).toBe("operator or admin");
});

it.each(["healer", "supervisor", "nobody"])("lets nobody be called %s, which is a name of the stack's own", (name) => {
  expect(complaintOf(() => readPeopleFile(fileOf(GRACE, { ...ADA, name })))).toMatch(
    /: 1\.name: is a name of the stack's/,
  );
});

it.each([
  ["a short token", { ...ADA, token: "fifteen-letters" }, "0.token"],
  ["a token with a space", { ...ADA, token: "a token of ada's own" }, "0.token"],
  ["a token that is none", { ...ADA, token: 1234567890123456 }, "0.token"],
  ["no token", { name: "ada", role: "approver" }, "0.token"],
  ["another role", { ...ADA, role: "root" }, "0.role"],
  ["a name in capitals", { ...ADA, name: "Ada" }, "0.name"],
  ["no name", { ...ADA, name: "" }, "0.name"],
  ["a name that is markup", { ...ADA, name: "<b>" }, "0.name"],
  ["a name of 61 letters", { ...ADA, name: "a".repeat(61) }, "0.name"],
  ["a field that nobody knows", { ...ADA, rights: ["operate"] }, ": 0: "],
  ["a person that is a word", "ada", ": 0: "],
])("refuses a file with %s, names the place and no token", (_what, person, place) => {
  const says = complaintOf(() => readPeopleFile(fileOf(person)));
  expect(says).toMatch(/^STACK_PEOPLE_FILE: /);
  expect(says).toContain(place);
  expect(says).not.toMatch(/a-token-of|fifteen-letters|a token of ada|1234567890123456/);
});

it.each([
  ["is no JSON", "[{"],
  ["is no list", JSON.stringify({ ada: ADA })],
  ["is a list without end", JSON.stringify(Array.from({ length: 101 }, (_, n) => ({ ...ADA, name: `ada${n}` })))],
])("refuses a file that %s", (_what, text) => {
  expect(complaintOf(() => readPeopleFile(fileWith(text)))).toMatch(/^STACK_PEOPLE_FILE: .*people\.json/);
});

it("refuses a file that is not there", () => {
  expect(complaintOf(() => readPeopleFile("/no/such/people.json"))).toContain("/no/such/people.json is not there");
});

it("refuses two people of one name or one token, since they would be one, also across file and variables", () => {
  const twins: readonly Person[] = [ADA, { ...GRACE, token: ADA.token }];
  expect(complaintOf(() => checkPeople(twins))).toBe("grace.h-2 and ada have the same token; expected one each");
  expect(complaintOf(() => checkPeople([ADA, { ...GRACE, name: "ada" }]))).toBe(
    "two people are called ada; expected one",
  );
  const file = fileOf({ ...ADA, name: "viewer" });
  const env = { STACK_PEOPLE_FILE: file, STACK_VIEWER_TOKEN: "a-token-of-the-viewer" };
  expect(complaintOf(() => readStackConfig(env))).toBe("two people are called viewer; expected one");
  const shared = { STACK_PEOPLE_FILE: fileOf(ADA), STACK_VIEWER_TOKEN: ADA.token };
  expect(complaintOf(() => readStackConfig(shared))).toBe("ada and viewer have the same token; expected one each");
  expect(checkPeople([ADA, GRACE])).toEqual([ADA, GRACE]);
});

it.each([
  "STACK_VIEWER_TOKEN",
  "STACK_OPERATOR_TOKEN",
  "STACK_APPROVER_TOKEN",
  "STACK_SECOND_APPROVER_TOKEN",
  "STACK_ADMIN_TOKEN",
])("refuses a token in %s that the file would refuse, and does not repeat it", (variable) => {
  for (const token of ["fifteen-letters", "two words of a token", "x".repeat(201)]) {
    const says = complaintOf(() => readStackConfig({ [variable]: token }));
    expect(says).toBe(`${variable} is no token; expected 16 to 200 characters without a space`);
  }
  expect(readStackConfig({ [variable]: "sixteen-letters!" }).people).toHaveLength(1);
});

import { expect, it } from "vitest";
import { readAccess } from "../../../../targets/reference-ai-stack/access-settings.ts";

it("gives nobody an account and believes no hop where nothing is said", () => {
  expect(readAccess({}, "/root")).toEqual({ trustedHops: [] });
});

it("names the accounts of the demonstration, and the hops that are believed", () => {
  const own = { STACK_ACCOUNTS: "demo", STACK_TRUSTED_HOPS: "127.0.0.5, ::1" };
  const accountsFile = "/root/targets/reference-ai-stack/corpus/users.jsonl";
  expect(readAccess(own, "/root")).toEqual({ trustedHops: ["127.0.0.5", "::1"], accountsFile });
});

it.each([
  [{ STACK_ACCOUNTS: "some" }, 'STACK_ACCOUNTS is "some"; expected none or demo'],
  [{ STACK_TRUSTED_HOPS: "127.0.0.5,proxy" }, 'STACK_TRUSTED_HOPS has "proxy"; expected addresses'],
])("refuses a setting that is none: %j", (own, says) => {
  expect(() => readAccess(own, "/root")).toThrow(says);
});

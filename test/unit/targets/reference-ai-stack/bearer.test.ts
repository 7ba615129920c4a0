// Who may turn the stack's knobs.
import { describe, expect, it } from "vitest";
import { principalOf } from "../../../../targets/reference-ai-stack/common/bearer.ts";

describe("principalOf", () => {
  it("names the principal whose token is presented", () => {
    expect(principalOf("Bearer two", { operator: "one", healer: "two" })).toBe("healer");
  });

  it("lets nobody in for a wrong token, another scheme, or nothing", () => {
    for (const header of ["Bearer on", "Bearer onex", "Basic one", "Bearer ", "", undefined]) {
      expect(principalOf(header, { operator: "one" })).toBeUndefined();
    }
  });

  it("lets nobody in where no token is configured", () => {
    expect(principalOf("Bearer undefined", { operator: undefined, healer: "" })).toBeUndefined();
  });
});

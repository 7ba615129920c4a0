import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { file, here, sound, changed } from "./lint-cases.ts";

describe("how answers are read", () => {
  const stream = (written: string) => lintTargetText(changed("  stream: sse\n", written), file, here);

  test.each(["sse", "responses", "anthropic", "ndjson", "whole"])("may be by the protocol %s", (protocol) => {
    expect(stream(`  stream: ${protocol}\n`).target?.streams[0]).toMatchObject({ stream: protocol });
  });

  test("may say what ends a stream, or what a whole body must be", () => {
    expect(stream("  stream: sse\n  done: '[END]'\n").target?.streams[0]).toMatchObject({ done: "[END]" });
    expect(stream("  stream: whole\n  answer: json\n").target?.streams[0]).toMatchObject({ answer: "json" });
  });

  test.each([
    "  stream: whole\n  done: '[DONE]'\n",
    "  stream: ndjson\n  done: end\n",
    "  stream: sse\n  answer: json\n",
  ])("is refused where it makes no sense: %j", (written) => {
    const { target, problems: found } = stream(written);
    expect(target).toBeUndefined();
    expect(found).toHaveLength(1);
    expect(found[0]?.place?.line).toBe(sound.slice(0, sound.indexOf("  stream: sse")).split("\n").length + 1);
  });
});

describe("a pathway", () => {
  const traits = (written: string) =>
    lintTargetText(changed("summary: Restarts it. }", `summary: Restarts it.${written} }`), file, here);

  test("may have a tier and a weight, and has neither unless it says so", () => {
    expect(traits("").target?.pathways).toEqual([{ name: "restart-replica", summary: "Restarts it." }]);
    expect(traits(", tier: high, weight: 2").target?.pathways[0]).toMatchObject({ tier: "high", weight: 2 });
  });

  test.each([", tier: huge", ", tier: 3", ", weight: 0", ", weight: -1", ", weight: heavy"])(
    "with%s is refused with its place",
    (written) => {
      const { target, problems: found } = traits(written);
      expect(target).toBeUndefined();
      expect(found).toHaveLength(1);
      expect(found[0]?.place?.line).toBe(
        changed("summary: Restarts it. }", "")
          .split("\n")
          .findIndex((line) => line.includes("restart-replica")) + 1,
      );
    },
  );
});

describe("the platform of a target", () => {
  const on = (name: string) =>
    lintTargetText(sound.replace("chaos: allowed", `platform: ${name}\nchaos: allowed`), file, world);
  const world = { ...here, platformNames: ["processes", "elsewhere"] };

  test("is the first of the table where the file names none, and else the one that it names", () => {
    expect(lintTargetText(sound, file, world).target?.platform).toBe("processes");
    expect(on("elsewhere")).toMatchObject({ problems: [], target: { platform: "elsewhere" } });
  });

  test("is refused with its place and the names that there are when nobody knows it", () => {
    const { target, problems } = on("proceses");
    expect(target).toBeUndefined();
    const [said] = problems.map(formatProblem);
    expect(said).toContain("targets/shop/target.yaml:3:11");
    expect(said).toContain("proceses");
    expect(said).toContain("elsewhere");
    expect(problems).toHaveLength(1);
    expect(on("Elsewhere").problems).toHaveLength(1);
    expect(on("").problems).toHaveLength(1);
    expect(on("[processes]").problems).toHaveLength(1);
  });
});

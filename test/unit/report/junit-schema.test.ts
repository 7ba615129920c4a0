// junit.xml against the schema of its strictest reader, by a validator that is not ours, for runs with any words in
// them.

import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryPages, validateXML } from "xmllint-wasm";
import { renderJunit } from "../../../src/report/junit.ts";
import { hostileRuns } from "../../builders/hostile-run.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";
import type { Element } from "../../support/xml-reader.ts";

const schema = await readFile(new URL("../../fixtures/junit-jenkins.xsd", import.meta.url), "utf8");

async function refusals(documents: readonly string[]): Promise<readonly string[]> {
  const { valid, errors } = await validateXML({
    xml: documents.map((contents, index) => ({ fileName: `run-${index}.xml`, contents })),
    schema: [{ fileName: "junit.xsd", contents: schema }],
    maxMemoryPages: 512 * memoryPages.MiB,
  });
  const said = errors.map(({ rawMessage }) => rawMessage);
  return valid || said.length > 0 ? said : ["refused without a word"];
}

function everyElement(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(everyElement)];
}

describe("junit.xml", () => {
  test("is valid by Jenkins' schema, whatever a thousand runs say", async () => {
    const runs = fc.sample(hostileRuns, { numRuns: 1000, seed: 20_261_128 });
    expect(await refusals(runs.map(renderJunit))).toEqual([]);
  }, 60_000);

  test("of an ordinary run, a passed one and an empty one is valid", async () => {
    const { run } = sampleRun();
    const empty = { ...run, intents: [], planned: 0 };
    expect(await refusals([run, passingRun().run, empty].map(renderJunit))).toEqual([]);
  });

  test.each([
    ["skipped on <testsuites>", (xml: string) => xml.replace("<testsuites ", '<testsuites skipped="0" ')],
    ["an unknown attribute", (xml: string) => xml.replace("<testcase ", '<testcase file="x" ')],
    ["a suite without counts", (xml: string) => xml.replace(/(<testsuite name[^>]*) errors="\d+"/, "$1")],
    ["a time with an exponent", (xml: string) => xml.replace(/(<testsuite name[^>]*) time="[^"]*"/, '$1 time="1e+21"')],
    ["an element of our own", (xml: string) => xml.replace("<system-out>", "<note/><system-out>")],
    ["a character that XML forbids", (xml: string) => xml.replace("<system-out>", "<system-out>\u0001")],
  ])("with %s would be refused: the check can fail", async (_what, spoil) => {
    const xml = renderJunit(sampleRun().run);
    expect(spoil(xml)).not.toBe(xml);
    expect(await refusals([spoil(xml)])).not.toEqual([]);
  });

  test("counts what it holds, times every case, and never says two outcomes of one", () => {
    fc.assert(
      fc.property(hostileRuns, (run) => {
        const root = readXml(renderJunit(run));
        const suite = root.children[0];
        const cases = (suite?.children ?? []).filter(({ name }) => name === "testcase");
        const having = (name: string): number =>
          cases.filter(({ children }) => children.some((child) => child.name === name)).length;
        const counted = { tests: `${cases.length}`, failures: `${having("failure")}`, errors: `${having("error")}` };
        expect(root.attributes).toMatchObject(counted);
        expect(suite?.attributes).toMatchObject({ ...counted, skipped: "0" });
        expect(having("skipped")).toBe(0);
        for (const { attributes, children } of cases) {
          expect(attributes["time"]).toMatch(/^\d+\.\d{3}$/);
          expect(children.filter(({ name }) => name === "failure" || name === "error").length).toBeLessThanOrEqual(1);
        }
        const names = cases.map(({ attributes }) => JSON.stringify([attributes["classname"], attributes["name"]]));
        expect(new Set(names).size).toBe(names.length);
        for (const { text, attributes } of everyElement(root)) {
          expect([text, ...Object.values(attributes)].every((part) => part.isWellFormed())).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

import { expect, test } from "vitest";
import { networkMisroute } from "../../../src/faults/network/network-misroute.ts";
import { openDocuments } from "../../../src/probes/documents.ts";
import { serveForTest } from "../../support/serve-for-test.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(networkMisroute, {
  site: edgeSite,
  params: { to: "stack" },
  more(stand) {
    test("chooses another service by itself, and says how it was known there", async () => {
      const here = stand.site();
      const params = networkMisroute.parse({ share: 0.5 });
      const undo = await networkMisroute.prepare(params, here);
      expect(undo).toMatchObject({ to: "stack" });
      const evidence = await networkMisroute.apply(params, undo, here, stand.signal);
      expect(evidence).toMatchObject({
        confirmed: true,
        expected: expect.stringContaining("answered as stack does (401"),
      });
      await networkMisroute.revert(undo, here, stand.signal);
    });

    test("has a fresh process offer the documents again that were acknowledged meanwhile, and says if one was refused", async () => {
      const bodies: string[] = [];
      let status = 201;
      const { url } = await serveForTest((request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (part: string) => (body += part));
        request.on("end", () => {
          bodies.push(body);
          response.writeHead(status).end();
        });
      });
      const documents = openDocuments(
        {
          everyMs: 20,
          timeoutMs: 2_000,
          write: { at: { url }, method: "POST", headers: {}, body: { id: "{id}", text: "{text}" } },
          read: { at: { url } },
        },
        { clock: { now: () => performance.now() }, seed: 1, tag: "t1", urls: () => [url] },
      );
      const here = stand.site();
      const params = networkMisroute.parse({ to: "stack" });
      const plain = await networkMisroute.prepare(params, here);
      // As where the other one is of the same service, of which this stack has one replica alone.
      const undo = { ...plain, again: { way: documents.noting.wayBack(), file: `${here.undoDir}/notes` } };
      const site = { ...here, controls: { ...here.controls, documents } };
      await networkMisroute.harm(params, undo, site, stand.signal);
      const stop = new AbortController();
      await documents.write(() => bodies.length === 3 && stop.abort(), stop.signal);
      const written = bodies.splice(0);
      const refused = ((status = 503), await stand.revertInFreshProcess(undo));
      expect(refused).toMatchObject({ confirmed: false, seen: expect.stringContaining("offered again 0 were") });
      expect([...new Set(bodies.splice(0))].toSorted()).toEqual(written.toSorted());
      const back = ((status = 201), await stand.revertInFreshProcess(undo));
      expect(back).toMatchObject({ confirmed: true, seen: expect.stringContaining("of 3 documents") });
      expect(bodies.toSorted()).toEqual(written.toSorted());
    });

    test.each([
      ["nobody", /unknown replica "nobody", expected another replica than vec: stack/],
      ["vec", /to: vec, where the edge leads anyway, expected another replica/],
    ])("refuses %s before anything is touched", async (to, words) => {
      const here = stand.site();
      const calm = await stand.look();
      await expect(networkMisroute.prepare(networkMisroute.parse({ to }), here)).rejects.toThrow(words);
      expect(await here.controls.edge?.toxicNames()).toEqual([]);
      expect(await stand.look()).toEqual(calm);
    });
  },
});

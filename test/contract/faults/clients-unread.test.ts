import { expect, test } from "vitest";
import { clientsUnread } from "../../../src/faults/clients/clients-unread.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(clientsUnread, {
  site: replicaSite,
  // A bystander is served on: this replica has no bound on what it does at once.
  unseen: true,
  more(stand) {
    test("holds nothing where the answer fits into the sockets, and says so", async () => {
      const { signal } = stand;
      const params = clientsUnread.parse({ ...clientsUnread.example, path: "/stream" });
      const undo = await clientsUnread.prepare(params, stand.site());
      const evidence = await clientsUnread.apply(params, undo, stand.site(), signal);
      expect(evidence.confirmed).toBe(false);
      expect(evidence.seen).toBe("2 sent, 2 answered, 2 open, 0 held, 0 refused (2 with 200)");
      expect(await clientsUnread.revert(undo, stand.site(), signal)).toMatchObject({ confirmed: true });
    });
  },
});

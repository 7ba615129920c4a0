// Entry of a target that does nothing: it answers each request at once. What a load sees of it is the load's own.
// Started with fork; tells its port, and ends when its parent lets go of the channel, by will or by death.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loopbackHost } from "../core/addresses.ts";

const server = createServer((_request, response) => response.end("nothing"));
server.listen(0, loopbackHost, () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => {
  server.close();
  server.closeAllConnections();
});

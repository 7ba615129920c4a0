// Who is asked: answers each request with 1 kB at once. Tells its port, and ends when its parent does.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const page = "x".repeat(1_024);
const headers = { "content-type": "text/plain", "content-length": String(page.length) };
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, headers).end(page);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit(0));

// Run in the network of a container (nsenter): listens there, hands the socket to its parent and ends. A socket stays
// in the network in which it was made, whoever holds it.

import { createServer } from "node:net";

const server = createServer().listen(Number(process.argv[2]), "0.0.0.0", () => {
  // Whoever comes before the parent has the socket waits for it.
  server.removeAllListeners("connection");
  process.send?.("listening", server);
});
server.once("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.once("message", () => process.exit(0));
process.once("disconnect", () => process.exit(1));

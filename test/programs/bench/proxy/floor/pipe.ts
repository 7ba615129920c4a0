// The floor that Node has: two sockets piped into each other. Usage: pipe.js LISTEN UPSTREAM, ports of loopback.

import { connect, createServer } from "node:net";

const [listen, upstream] = process.argv.slice(2).map(Number);
const host = "127.0.0.1";

const server = createServer({ noDelay: true }, (client) => {
  const up = connect({ port: upstream ?? 0, host, noDelay: true });
  client.pipe(up);
  up.pipe(client);
  client.on("error", () => up.destroy());
  up.on("error", () => client.destroy());
});
server.listen(listen, host, () => process.stdout.write("ready\n"));

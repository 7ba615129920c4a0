// The service that users call: asks the two behind in turn, at the addresses it was given, for every request anew.

import { portFrom, serve } from "./web.ts";

process.once("SIGTERM", () => process.exit(0));

const backs = [
  process.env["FRONT_TO_BACK_1"] ?? "127.0.0.1:7502",
  process.env["FRONT_TO_BACK_2"] ?? "127.0.0.1:7503",
] as const;
let turn = 0;
const timeoutMs = 3_000;

await serve(portFrom("FRONT_PORT", 7501), async (_request, url) => {
  if (url.pathname === "/health") return { status: 200, body: { ok: true } };
  if (url.pathname === "/hello") return { status: 200, body: { text: "hello" } };
  if (url.pathname !== "/echo") return { status: 404, body: { error: "not found" } };
  turn += 1;
  const back = turn % 2 === 0 ? backs[0] : backs[1];
  const answer = await fetch(`http://${back}/echo${url.search}`, { signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, body: await answer.json() };
});

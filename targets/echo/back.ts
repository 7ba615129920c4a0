// A replica of the service behind: gives back the text it was sent. Its number comes as the first argument.

import { portFrom, serve } from "./web.ts";

const number = process.argv[2] === "2" ? 2 : 1;

process.once("SIGTERM", () => process.exit(0));

await serve(portFrom(`BACK_${number}_PORT`, 7501 + number), (_request, url) => {
  if (url.pathname === "/health") return { status: 200, body: { ok: true } };
  if (url.pathname === "/echo") return { status: 200, body: { text: url.searchParams.get("text") ?? "" } };
  return { status: 404, body: { error: "not found" } };
});

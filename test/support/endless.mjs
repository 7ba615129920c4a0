// A streamed answer of a language model that goes on for as long as it is read. Plain JavaScript, so that it runs
// without a build.

/** Waits for its reader whenever the sockets are full, as a server does that has no bound on it. */
export function endless(response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = `data: ${JSON.stringify({ choices: [{ delta: { content: "on and on ".repeat(6000) } }] })}\n\n`;
  const write = () => {
    while (!response.destroyed && response.write(event));
  };
  response.on("drain", write);
  write();
}

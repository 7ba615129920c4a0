// Keeps one core busy until its parent lets go of the channel, by will or by death.

const sliceMs = 20;

function burn(): void {
  const until = performance.now() + sliceMs;
  while (performance.now() < until);
  setImmediate(burn);
}

process.once("disconnect", () => process.exit(0));
if (process.connected) burn();

// The script of the chat page. All that comes from elsewhere becomes text and never markup; an answer is whole only
// with a finish reason and `[DONE]`, as for every client of the gateway.

export const SCRIPT = String.raw`
"use strict";
// Without content for so long an answer is said to be slow, and given up, ms.
const SLOW_MS = 2000, GIVE_UP_MS = 30000;
const MOST_TURNS = 50;
const REDUCED = {
  1: "Much is asked just now: this is a short answer, from fewer passages.",
  2: "Much is asked just now: this is a short answer, or one that was given a moment ago.",
  3: "Much is asked just now: this is a short answer, or one that was given a moment ago.",
};
const byId = (id) => document.getElementById(id);
const [form, field, send, turns] = ["ask", "question", "send", "turns"].map(byId);
let running = null;

function element(name, { text, ...given } = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  return made;
}

// What a turn shows, and in which state it is.
function newTurn(question) {
  const article = element("article", { "aria-label": "Answer" });
  const answer = element("p", { class: "answer", elementtiming: "answer" });
  const less = element("p", { class: "less", hidden: "" });
  const state = element("p", { class: "state", role: "status" });
  const again = element("button", { text: "Try again", type: "button" });
  const row = element("div", { class: "row", hidden: "" });
  row.append(again);
  article.append(element("h2", { text: question }), answer, less, state, row);
  turns.append(article);
  while (turns.children.length > MOST_TURNS) turns.firstElementChild.remove();
  const turn = { question, article, answer, less, state, again, row };
  again.addEventListener("click", () => void ask(turn));
  return turn;
}

function show(turn, name, says) {
  const isOpen = ["waiting", "slow", "streaming", "still"].includes(name);
  turn.article.dataset.state = name;
  turn.article.setAttribute("aria-busy", String(isOpen));
  turn.state.textContent = says;
  turn.row.hidden = isOpen || name === "whole";
}

// Puts in an answer piece by piece; a citation becomes a button once all of it is there.
function writer(target) {
  let held = "", line = "";
  const put = (text) => {
    if (text === "") return;
    line = (line + text).split("\n").at(-1);
    target.append(text);
  };
  const plain = (text) => {
    // Sources named in a list of their own have no number where they are documents of users.
    const inList = /^Sources:/.test((line + text).split("\n").at(-1));
    put(text);
    return inList;
  };
  let cited = new Set();
  const take = (text) => {
    let from = 0;
    for (const found of text.matchAll(/\[([^\s[\]]{1,200})\]/g)) {
      const inList = plain(text.slice(from, found.index));
      const id = found[1];
      if (/#\d+$/.test(id) || inList) {
        cited.add(id);
        const button = element("button", { text: id, class: "cite", type: "button", "aria-label": "Open the passage " + id });
        button.addEventListener("click", () => void openPassage(id));
        target.append(button);
        line += found[0];
      } else put(found[0]);
      from = found.index + found[0].length;
    }
    put(text.slice(from));
  };
  return {
    add(piece) {
      held += piece;
      const open = held.lastIndexOf("[");
      const isOpen = open !== -1 && !/[\]\s]/.test(held.slice(open)) && held.length - open <= 201;
      take(isOpen ? held.slice(0, open) : held);
      held = isOpen ? held.slice(open) : "";
    },
    end() {
      take(held);
      held = "";
      return cited.size;
    },
  };
}

// The payloads of a stream of server-sent events.
async function* payloads(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
}

function stop() {
  running?.abort("stopped");
}

async function ask(turn) {
  stop();
  const control = (running = new AbortController());
  send.textContent = "Stop";
  turn.answer.replaceChildren();
  turn.less.hidden = true;
  clearInterval(turn.countdown);
  turn.again.disabled = false;
  turn.again.textContent = "Try again";
  show(turn, "waiting", "Looking for passages …");
  const begun = performance.now();
  let hasText = false, timer, limit;
  const heard = () => {
    clearTimeout(timer);
    clearTimeout(limit);
    limit = setTimeout(() => control.abort("silent"), GIVE_UP_MS);
    timer = setTimeout(() => {
      if (hasText) show(turn, "still", "The answer stands still. You can wait, or stop.");
      else show(turn, "slow", "This takes longer than usual. You can wait, or stop.");
    }, SLOW_MS);
  };
  const text = writer(turn.answer);
  heard();
  try {
    const response = await fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ stream: true, messages: [{ role: "user", content: turn.question }] }),
      signal: control.signal,
    });
    if (!response.ok) return await refused(turn, response);
    const level = Number(response.headers.get("x-service-reduced") ?? 0);
    turn.less.textContent = REDUCED[level] ?? "";
    turn.less.hidden = level === 0;
    let finish, isDone = false;
    for await (const payload of payloads(response.body)) {
      if (payload === "[DONE]") { isDone = true; continue; }
      const event = JSON.parse(payload);
      if (event.error !== undefined) break;
      const choice = event.choices?.[0];
      finish = choice?.finish_reason ?? finish;
      const piece = choice?.delta?.content ?? "";
      if (piece === "") continue;
      text.add(piece);
      if (!hasText || turn.article.dataset.state !== "streaming") show(turn, "streaming", "Answering …");
      hasText = true;
      heard();
    }
    const sources = text.end();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (!isDone || finish === undefined) return cut(turn, hasText);
    if (finish === "length") return show(turn, "cut", "The answer reached its longest length and ends here.");
    show(turn, "whole", "Whole answer in " + seconds + " s, " + (sources === 1 ? "1 passage" : sources + " passages") + " cited.");
  } catch {
    text.end();
    if (control.signal.reason === "stopped") show(turn, "stopped", "Stopped. This is not the whole answer.");
    else if (control.signal.reason === "silent") show(turn, "failed", "Nothing came for 30 seconds.");
    else cut(turn, hasText);
  } finally {
    clearTimeout(timer);
    clearTimeout(limit);
    if (running === control) {
      running = null;
      send.textContent = "Ask";
    }
  }
}

function cut(turn, hasText) {
  if (hasText) show(turn, "cut", "The answer broke off here: this is not all of it.");
  else show(turn, "failed", "The service cannot be reached, or gave up before it answered.");
}

async function refused(turn, response) {
  const said = await response.json().then((body) => String(body.error.message), () => "");
  if (response.status === 429 || response.status === 503) {
    const header = response.headers.get("retry-after") ?? "";
    show(turn, "refused", "The service is busy or away, and turned the question down.");
    return /^\d+$/.test(header) ? countDown(turn, Number(header)) : undefined;
  }
  if (response.status < 500) return show(turn, "failed", "The question was not taken: " + said);
  show(turn, "failed", "The service could not answer (" + response.status + ").");
}

// The service has said when to come again.
function countDown(turn, seconds) {
  const tick = () => {
    turn.again.disabled = seconds > 0;
    turn.again.textContent = seconds > 0 ? "Try again in " + seconds + " s" : "Try again";
    if (seconds <= 0) clearInterval(turn.countdown);
    seconds -= 1;
  };
  turn.countdown = setInterval(tick, 1000);
  tick();
}

const dialog = byId("passage");
let wanted = "";
async function openPassage(id) {
  wanted = id;
  const [name, state, text, again] = ["name", "state", "text", "again"].map((part) => byId("passage-" + part));
  name.textContent = id;
  text.textContent = "";
  again.hidden = true;
  state.textContent = "Fetching the passage …";
  if (!dialog.open) dialog.showModal();
  const says = (words, mayRetry) => {
    state.textContent = words;
    again.hidden = !mayRetry;
  };
  try {
    const response = await fetch("/chat/passages/" + encodeURIComponent(id), { signal: AbortSignal.timeout(10000) });
    if (wanted !== id) return;
    if (response.status === 404) return says("There is no such passage: the answer names a source that does not exist, or was deleted since.", false);
    if (!response.ok) return says("The passage cannot be read just now.", true);
    const passage = await response.json();
    if (wanted !== id) return;
    text.textContent = passage.text;
    says(passage.title, false);
  } catch {
    if (wanted === id) says("The passage cannot be read just now.", true);
  }
}
byId("passage-close").addEventListener("click", () => dialog.close());
byId("passage-again").addEventListener("click", () => void openPassage(wanted));
dialog.addEventListener("close", () => (wanted = ""));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running !== null) return stop();
  const question = field.value.trim();
  if (question === "") return;
  field.value = "";
  const turn = newTurn(question);
  void ask(turn);
  turn.article.scrollIntoView({ block: "start" });
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (running === null) form.requestSubmit();
});
`;

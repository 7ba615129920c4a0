// How a chat becomes the text that a model reads, by the name of a layout. A version that is served in another layout
// than it was trained in reads noise.
import type { ChatMessage } from "../../common/chat-request.ts";

type Layout = (messages: readonly ChatMessage[]) => string;

/** Roles besides these would open a turn that the model has never seen. */
const ROLES = new Set(["system", "user", "assistant"]);

const LAYOUTS: Readonly<Record<string, Layout>> = {
  chatml: (messages) => `${messages.map(chatmlTurn).join("")}<|im_start|>assistant\n`,
  /** As models of the Llama 2 family were trained. */
  inst: (messages) =>
    messages
      .map(({ role, content }) =>
        role === "assistant"
          ? ` ${plain(content)} </s>`
          : `[INST] ${role === "system" ? "<<SYS>>\n" : ""}${plain(content)} [/INST]`,
      )
      .join(""),
};

export function isKnownLayout(name: string): boolean {
  return Object.hasOwn(LAYOUTS, name);
}

/** Throws an Error when the layout is not known. */
export function laidOut(name: string, messages: readonly ChatMessage[]): string {
  const layout = LAYOUTS[name];
  if (layout === undefined) throw new Error(`the layout ${name} is not known here`);
  return layout(messages);
}

function chatmlTurn({ role, content }: ChatMessage): string {
  return `<|im_start|>${ROLES.has(role) ? role : "user"}\n${plain(content)}<|im_end|>\n`;
}

/** A user's text opens and ends no turn. */
function plain(content: string): string {
  return content.replaceAll(/<\|(im_start|im_end|endoftext)\|>/g, "<| $1 |>");
}

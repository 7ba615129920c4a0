// What the script of the live page asks of the browser: this project is compiled without the browser's types.

export interface LiveElement {
  textContent: string | null;
  className: string;
  /** Of a fold. */
  open: boolean;
  readonly id: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): LiveElement | null;
  querySelectorAll(selector: string): Iterable<LiveElement>;
  append(...children: readonly LiveElement[]): void;
  replaceChildren(...children: readonly LiveElement[]): void;
  replaceWith(other: LiveElement): void;
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
  focus(how: { readonly preventScroll: boolean }): void;
}

export interface LiveDocument extends Pick<LiveElement, "querySelector" | "querySelectorAll"> {
  title: string;
  readonly activeElement: LiveElement | null;
  createElement(name: string): LiveElement;
}

/** A stream of events. */
interface LiveSource {
  addEventListener(type: string, act: (event: { readonly data: string }) => void): void;
  close(): void;
}

/** What the script needs besides the page. */
export interface LiveBrowser {
  readonly open: (path: string) => LiveSource;
  /** A text as a page that shows and runs nothing. */
  readonly read: (html: string) => LiveDocument;
  readonly scrollBy: (x: number, y: number) => void;
}

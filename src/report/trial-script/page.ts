// What the script of a trial's page asks of the page: this project is compiled without the browser's types.

export interface PageEvent {
  readonly target: PageElement | null;
  readonly clientX: number;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isPrimary: boolean;
  readonly pointerType: string;
  preventDefault(): void;
}

export interface PageElement {
  hidden: boolean;
  textContent: string | null;
  value: string;
  scrollTop: number;
  readonly offsetTop: number;
  readonly clientHeight: number;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  append(child: PageElement): void;
  replaceChildren(...children: readonly PageElement[]): void;
  addEventListener(type: string, act: (event: PageEvent) => void): void;
  getBoundingClientRect(): {
    readonly left: number;
    readonly width: number;
    readonly top: number;
    readonly bottom: number;
  };
  focus(how: { readonly preventScroll: boolean }): void;
  scrollIntoView(how: { readonly block: "nearest" }): void;
}

export interface Page extends Pick<PageElement, "querySelector" | "querySelectorAll" | "addEventListener"> {
  createElementNS(space: string, name: string): PageElement;
}

/** What the page carries of a trial for its script; instants in ms from the origin. */
export interface Story {
  /** Path of the windows in run.json. */
  readonly path: string;
  /** Begin and end of each window. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** How each was judged, a letter a window: g, b or u. */
  readonly users: string;
  readonly state: string;
  /** By window: conditions that did not hold, in words. */
  readonly broken: Readonly<Record<number, string>>;
  /** Rows of the read-out, in order. */
  readonly series: readonly {
    readonly name: string;
    /** null: each value belongs to the window of the same index. */
    readonly at: readonly number[] | null;
    /** Until when the value of the same index speaks, with `at`. */
    readonly until: readonly number[];
    /** null: not seen. */
    readonly values: readonly (number | null)[];
  }[];
}

/** A picture, and the ends of its axis in pixels and in ms from the origin. */
export interface Picture {
  readonly svg: PageElement;
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
  readonly cursor: PageElement;
  readonly choice: PageElement;
}

/** All that is shown and may move. */
export interface Stage {
  readonly page: Page;
  readonly figure: PageElement;
  readonly story: Story;
  readonly pictures: readonly Picture[];
  readonly slider: PageElement;
  /** Instants to step to, in order. */
  readonly marks: readonly number[];
  /** Ends of all there is. */
  readonly from: number;
  readonly to: number;
  /** What is in view. */
  view: { from: number; to: number };
  /** The moment that stays. */
  pinned: number;
}

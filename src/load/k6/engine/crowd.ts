// The users of one scenario: those that are free, and more of them up to a bound.

import type { User } from "./user.ts";

/** Makes the user of that number, from 1 on. */
export type MakeUser = () => Promise<User>;

export class Crowd {
  readonly #free: User[] = [];
  readonly #all: User[] = [];
  readonly #make: MakeUser;
  readonly #most: number;
  readonly #onTrouble: (thrown: unknown) => void;
  #isMaking = false;
  #busyDone: (() => void) | undefined;

  constructor(make: MakeUser, most: number, onTrouble: (thrown: unknown) => void) {
    this.#make = make;
    this.#most = most;
    this.#onTrouble = onTrouble;
  }

  /** Makes so many at once; rejects when the script's top level fails. */
  async fill(count: number): Promise<void> {
    while (this.#all.length < count) await this.#add();
  }

  /** A free user; undefined where none is, and then one more is made for later, as k6 does. */
  take(): User | undefined {
    const user = this.#free.pop();
    if (user === undefined && this.#all.length < this.#most) {
      void this.#addOne();
    }
    return user;
  }

  giveBack(user: User): void {
    this.#free.push(user);
    if (this.#free.length === this.#all.length) this.#busyDone?.();
  }

  /** Resolves when no user is under way, at the latest after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    if (this.#free.length === this.#all.length) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#busyDone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end(): void {
    for (const user of this.#all) user.end();
  }

  /** One at a time: each takes a moment in which nothing else goes on. */
  async #addOne(): Promise<void> {
    if (this.#isMaking) return;
    this.#isMaking = true;
    await this.#add().catch(this.#onTrouble);
    this.#isMaking = false;
  }

  async #add(): Promise<void> {
    const user = await this.#make();
    this.#all.push(user);
    this.#free.push(user);
  }
}

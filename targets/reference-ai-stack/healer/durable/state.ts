// What must outlive the healer's process, as plain values in rooms.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface State {
  get(room: string, key: string): Json | undefined;
  /** Keys and values of a room, in no promised order. */
  list(room: string): readonly (readonly [key: string, value: Json])[];
  /** Known at once; on the disk when this returns, unless the file is in trouble. */
  put(room: string, key: string, value: Json): void;
  drop(room: string, key: string): void;
}

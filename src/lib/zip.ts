// Zip archives as far as traces of Playwright are some: entries stored or deflated, no encryption, less than 4 GB.

import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;
/** The end record with the longest comment, bytes. */
const LONGEST_END = 22 + 0xffff;

/** Every entry of an archive. Throws an error in words for what is none. */
export function readZip(archive: Buffer): readonly ZipEntry[] {
  const from = Math.max(0, archive.length - LONGEST_END);
  let end = archive.length - 22;
  while (end >= from && archive.readUInt32LE(end) !== END) end -= 1;
  if (end < from || end < 0) throw new Error("it is no zip archive: its end is not there");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== CENTRAL)
      throw new Error(`entry ${index} of the archive is not where it should be`);
    const [method, packed] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const local = archive.readUInt32LE(at + 42);
    const text = archive.toString("utf8", at + 46, at + 46 + (name ?? 0));
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(data, data + packed);
    entries.push({ name: text, data: method === DEFLATED ? inflateRawSync(bytes) : Buffer.from(bytes) });
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

/** An archive of these entries, all deflated, with the date 1980-01-01: the same entries give the same bytes. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const heads: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of entries) {
    const title = Buffer.from(name);
    const packed = deflateRawSync(data);
    // Version, flags (UTF-8 names), method, time, date, checksum, sizes, lengths: the same in both records.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(DEFLATED, 4);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(title.length, 22);
    const head = Buffer.alloc(46);
    head.writeUInt32LE(CENTRAL, 0);
    head.writeUInt16LE(20, 4);
    shared.copy(head, 6);
    head.writeUInt32LE(offset, 42);
    heads.push(head, title);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL, 0);
    parts.push(local, shared, title, packed);
    offset += 30 + title.length + packed.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

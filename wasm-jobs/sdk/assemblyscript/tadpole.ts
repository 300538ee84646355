// What a job over sensors' readings needs in AssemblyScript: one file, with the few of
// WASI's calls that it makes declared by hand. The readings of a window, or as they come,
// flow out of next(), and what the job makes of them flows into emit().
//
// The same job runs once, over a window, where edge.toml gives it one, and streaming where
// it does not.

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "path_open")
declare function path_open(dir: i32, lookup: i32, path: usize, size: i32, flags: i32, rights: i64, inherit: i64, fdFlags: i32, fd: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: i32, vecs: usize, n: i32, done: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vecs: usize, n: i32, done: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_close")
declare function fd_close(fd: i32): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

const ROOT = 3; // the one directory that the sandbox opens: "/"
const RIGHT_READ: i64 = 1 << 1, RIGHT_WRITE: i64 = 1 << 6;
const CREATE_TRUNCATE = 1 | 8;
const CHUNK = 1 << 16, MAX_READING = 2 + 255 + 9 + 32 + 8 * 255;

const scratch = memory.data(16); // a vector, and how much was done

/** Ends the job; who looks after the device reads why. */
export function fail(code: i32, why: string): void {
  const line = String.UTF8.encode(why + "\n");
  store<usize>(scratch, changetype<usize>(line));
  store<i32>(scratch + 4, line.byteLength);
  fd_write(2, scratch, 1, scratch + 8);
  proc_exit(code);
}

function open(path: string, flags: i32, rights: i64): i32 {
  const name = String.UTF8.encode(path);
  return path_open(ROOT, 0, changetype<usize>(name), name.byteLength, flags, rights, rights, 0, scratch) == 0 ? load<i32>(scratch) : -1;
}

function read(fd: i32, to: usize, size: i32): i32 {
  store<usize>(scratch, to);
  store<i32>(scratch + 4, size);
  if (fd_read(fd, scratch, 1, scratch + 8) != 0) fail(10, "cannot read an input");
  return load<i32>(scratch + 8);
}

function readText(path: string): string {
  const fd = open(path, 0, RIGHT_READ);
  if (fd < 0) fail(10, "cannot read /" + path);
  let text = new Uint8Array(0);
  const part = new Uint8Array(4096);
  for (;;) {
    const got = read(fd, part.dataStart, part.length);
    if (got == 0) break;
    const longer = new Uint8Array(text.length + got);
    longer.set(text);
    memory.copy(longer.dataStart + text.length, part.dataStart, got);
    text = longer;
  }
  fd_close(fd);
  return String.UTF8.decodeUnsafe(text.dataStart, text.length);
}

/** A channel of a stream. */
export class Column {
  constructor(public stream: i32, public value: i32) {}
}

/** The job's config, as it stands in edge.toml. */
export const config: string = readText("inputs/config");

/** The job's inputs: each a name and its channels. */
export const streams: string[][] = [];

const names: ArrayBuffer[] = []; // of the streams, as readings have them
for (let lines = readText("inputs/channels").split("\n"), i = 0; i < lines.length - 1; i++) {
  streams.push(lines[i].split("\t"));
  names.push(String.UTF8.encode(streams[i][0]));
}

let input = open("inputs/readings", 0, RIGHT_READ);
/** Whether the job runs once, over a window. */
export const batch: bool = input >= 0;
const output = batch ? open("outputs/readings", CREATE_TRUNCATE, RIGHT_WRITE) : 1;
if (!batch) input = 0;

const waiting = new Uint8Array(CHUNK); // read, and not used yet in [begin, end)
let begin = 0, end = 0;
const made = new Uint8Array(CHUNK); // emitted, and not written yet
let size = 0;

/** The reading that next() went to: nanoseconds since 1970, and its values. */
export let time: i64 = 0;
let stream = -1, count = 0;
const values = new StaticArray<f64>(255);

/** Finds a channel by "name", in the first stream that has it, or by "stream/name". */
export function column(name: string): Column {
  for (let i = 0; i < streams.length; i++) {
    const at = streams[i].indexOf(name, 1);
    if (at > 0) return new Column(i, at - 1);
  }
  for (let i = 0; i < streams.length; i++) {
    if (!name.startsWith(streams[i][0] + "/")) continue;
    const at = streams[i].indexOf(name.substring(streams[i][0].length + 1), 1);
    if (at > 0) return new Column(i, at - 1);
  }
  fail(11, "the job's input has no channel " + name);
  return new Column(-1, -1);
}

/** A value of the reading; NaN if it was not read, or the reading is another stream's. */
export function value(c: Column): f64 {
  return c.stream == stream && c.value < count ? values[c.value] : NaN;
}

function decode(): bool {
  const at = waiting.dataStart + begin, have = end - begin;
  if (have < 2) return false;
  if (load<u8>(at) != 1) fail(12, "a reading of another version than 1");
  const name = <i32>load<u8>(at, 1), head = 2 + name + 9;
  if (have < head) return false;
  count = <i32>load<u8>(at + head - 1);
  let next = head + ((count + 7) >> 3);
  if (have < next) return false;
  for (let i = 0; i < count; i++) {
    const wide = (load<u8>(at + head + (i >> 3)) >> <u8>(i & 7)) & 1;
    if (have < next + (wide ? 8 : 4)) return false;
    if (wide) {
      values[i] = reinterpret<f64>(bswap<u64>(load<u64>(at + next)));
      next += 8;
    } else {
      values[i] = <f64>reinterpret<f32>(bswap<u32>(load<u32>(at + next)));
      next += 4;
    }
  }
  time = <i64>bswap<u64>(load<u64>(at + 2 + name));
  stream = names.length - 1;
  while (stream >= 0 && (names[stream].byteLength != name || memory.compare(changetype<usize>(names[stream]), at + 2, name) != 0)) stream--;
  begin += next;
  return true;
}

/** Goes to the next reading of any stream; false at the end. A streaming job waits for it,
 * and has sent what it emitted before it does. */
export function next(): bool {
  while (!decode()) {
    flush();
    memory.copy(waiting.dataStart, waiting.dataStart + begin, end - begin);
    end -= begin;
    begin = 0;
    const got = read(input, waiting.dataStart + end, CHUNK - end);
    if (got == 0) {
      if (end > 0) fail(12, "the readings are cut off");
      return false;
    }
    end += got;
  }
  return true;
}

function flush(): void {
  for (let at = 0; at < size; at += load<i32>(scratch + 8)) {
    store<usize>(scratch, made.dataStart + at);
    store<i32>(scratch + 4, size - at);
    if (fd_write(output, scratch, 1, scratch + 8) != 0) fail(16, "cannot write the readings");
  }
  size = 0;
}

/** Writes a reading of as many values as edge.toml says that the job has channels. */
export function emit(time: i64, values: f64[]): void {
  if (size + MAX_READING > CHUNK) flush();
  let to = made.dataStart + size;
  store<u16>(to, 0x0101);
  store<u8>(to, 0x2d, 2); // "-": the host writes the job's name
  store<u64>(to, bswap<u64>(<u64>time), 3);
  store<u8>(to, <u8>values.length, 11);
  const wide = to + 12, bytes = (values.length + 7) >> 3;
  memory.fill(wide, 0, bytes);
  to = wide + bytes;
  for (let i = 0; i < values.length; i++) {
    const v = values[i], narrow = <f32>v;
    if (isNaN(v) || <f64>narrow == v) {
      store<u32>(to, bswap<u32>(isNaN(v) ? 0x7fc00000 : reinterpret<u32>(narrow)));
      to += 4;
    } else {
      store<u64>(to, bswap<u64>(reinterpret<u64>(v)));
      to += 8;
      const bit: i32 = 1 << (i & 7);
      store<u8>(wide + (i >> 3), load<u8>(wide + (i >> 3)) | <u8>bit);
    }
  }
  size = <i32>(to - made.dataStart);
}

/** To be called last: what was emitted is written. */
export function close(): void {
  flush();
  if (batch && fd_close(output) != 0) fail(16, "cannot write the readings");
}

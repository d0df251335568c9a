// What the page shows, as plain values. Names come from a recording and are untrusted: they become text, never markup.
const report = JSON.parse(document.getElementById('report-data').textContent);
const recorded = JSON.parse(document.getElementById('thread-data').textContent);
const NOT_RECORDED = -1;
const LIVES = ['alive at the end', 'ended', 'end not recorded'];

const byId = id => document.getElementById(id);

/** An element with attributes and children; a child that is a string becomes text. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children) element.append(child);
  return element;
}

const count = number => number == null || number < 0 ? '-' : Math.round(number).toLocaleString('en-US');

/** Bytes for people: exact, in KiB if that is a whole number. */
function size(bytes) {
  if (bytes == null || bytes < 0) return '-';
  return bytes > 0 && bytes % 1024 === 0 ? count(bytes / 1024) + ' KiB' : count(bytes) + ' B';
}

/** Milliseconds since the recording's first event. */
function time(milliseconds) {
  if (milliseconds < 1000) return milliseconds.toFixed(milliseconds % 1 && milliseconds < 100 ? 1 : 0) + ' ms';
  const seconds = milliseconds / 1000;
  if (seconds < 120) return seconds.toFixed(seconds < 10 ? 2 : 1) + ' s';
  return seconds < 7200 ? (seconds / 60).toFixed(1) + ' min' : (seconds / 3600).toFixed(1) + ' h';
}

/** The threads of one JVM: the columns as written, and what is computed from them. */
class Threads {
  constructor(columns) {
    Object.assign(this, columns);
    this.length = columns.name.length;
    this.span = Math.max(columns.span, 1);
    this.jdks = new Set(columns.forVirtualThreads);
    this.byJavaId = new Map();
    for (let i = 0; i < this.length; i++) if (this.id[i] > 0) this.byJavaId.set(this.id[i], i);
    this.kindsHere = [...new Set(this.kind)].sort((one, other) => one - other);
  }

  kindName(i) { return this.kinds[this.kind[i]]; }
  begin(i) { return Math.max(0, this.start[i]); }
  finish(i) { return this.end[i] === NOT_RECORDED ? this.span : Math.max(this.end[i], this.begin(i)); }
  lifetime(i) { return this.finish(i) - this.begin(i); }
  /** The JDK makes the threads that run virtual threads in any thread that calls its scheduler. */
  site(i) {
    if (this.jdks.has(i)) return 'the JDK, for virtual threads';
    return this.trace[i] < 0 ? null : this.sites[this.trace[i]];
  }
  creatorName(i) { return this.creator[i] < 0 ? null : this.texts[this.creator[i]]; }
  usable(i) { return this.reserved[i] - Math.max(0, this.guard[i]); }

  /** The indexes of the threads that match. */
  where(text, kinds) {
    const wanted = text.trim().toLowerCase();
    const found = [];
    for (let i = 0; i < this.length; i++) {
      if (!kinds.has(this.kind[i])) continue;
      if (wanted && !this.name[i].toLowerCase().includes(wanted) && !(this.site(i) || '').toLowerCase().includes(wanted)) continue;
      found.push(i);
    }
    return found;
  }

  sorted(indexes, order) {
    const text = (one, other) => one < other ? -1 : one > other ? 1 : 0;
    const orders = {
      start: (a, b) => this.begin(a) - this.begin(b),
      life: (a, b) => this.lifetime(b) - this.lifetime(a),
      creator: (a, b) => text(this.site(a) || this.creatorName(a) || '', this.site(b) || this.creatorName(b) || ''),
      name: (a, b) => text(this.name[a], this.name[b]),
      depth: (a, b) => this.depth[b] - this.depth[a],
      reserved: (a, b) => this.reserved[b] - this.reserved[a],
      huge: (a, b) => this.huge[b] - this.huge[a],
      share: (a, b) => this.depth[b] / this.usable(b) - this.depth[a] / this.usable(a),
    };
    return indexes.slice().sort((a, b) => orders[order](a, b) || this.begin(a) - this.begin(b) || a - b);
  }
}

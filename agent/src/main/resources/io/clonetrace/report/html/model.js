// What the page shows, as plain values. Names come from a recording and are untrusted: they become text, never markup.
const report = JSON.parse(document.getElementById('report-data').textContent);
const recorded = JSON.parse(document.getElementById('thread-data').textContent);
const NOT_RECORDED = -1;
const LIVES = ['alive at the end', 'ended, time not recorded', 'end not recorded'];
const ENDED = 1;
const ALREADY_RUNNING = 'already running';

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

/** A figure of an item that may be a lower bound. */
const bounded = (item, name) => (item[name] > 0 && item.atLeast.includes(name) ? 'at least ' : '') + count(item[name]);

/** A change, with its sign. */
const signed = number => number == null ? '-' : (number > 0 ? '+' : number < 0 ? '\u2212' : '') + count(Math.abs(number));

/** Bytes exactly: in KiB if that is a whole number. */
function exact(bytes) {
  if (bytes == null || bytes < 0) return '-';
  return bytes > 0 && bytes % 1024 === 0 ? count(bytes / 1024) + ' KiB' : count(bytes) + ' B';
}

/** Bytes for people, in the unit that says them in at most four digits, as the text report has it. */
function size(bytes) {
  if (bytes == null || bytes < 0) return '-';
  let unit = 0;
  for (; Math.round(bytes) >= 1024; bytes /= 1024) unit++;
  return (unit && bytes < 9.95 ? bytes.toFixed(1).replace('.0', '') : count(bytes)) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit];
}

/** Milliseconds since the recording's first event. */
function time(milliseconds) {
  if (milliseconds < 1000) return milliseconds.toFixed(milliseconds % 1 && milliseconds < 100 ? 1 : 0) + ' ms';
  const seconds = milliseconds / 1000;
  if (seconds < 120) return seconds.toFixed(seconds < 10 ? 2 : 1) + ' s';
  return seconds < 7200 ? (seconds / 60).toFixed(1) + ' min' : (seconds / 3600).toFixed(1) + ' h';
}

/** A frame of a native library: libfoo.so!spawn+0x1d, or without a symbol libfoo.so+0x1234. */
const isNativeFrame = frame => /!|\+0x[0-9a-f]+$/.test(frame);

/** A frame without its package; a library has none. */
const withoutPackage = frame => isNativeFrame(frame) ? frame : frame.replace(/^(?:[^.(:]+\.)+(?=[^.]+\.[^.]+$)/, '');

/** Text that may break within a long word: after a dot, a dollar sign, a slash, and in native code after ! and ::. */
function soft(text) {
  return String(text).split(/(\S{24,})/).flatMap((part, at) => at % 2
    ? part.split(/(?<=[.$/!]|::)(?=[^.$/:])/).flatMap((piece, place) => place ? [make('wbr'), piece] : [piece]) : [part]);
}

/** A stack trace, without the frames that are there because clonetrace is on, unless there are no others. */
function stackTrace(frames) {
  const others = frames.filter(frame => !/^io\.clonetrace\.(agent|hook)\./.test(frame));
  return make('pre', {}, ...soft((others.length ? others : frames).join('\n')));
}

/** A creator's call site, and its caller where that tells it from another. */
const shortLabel = creator => withoutPackage(creator.site) + (creator.caller ? ' \u2190 ' + withoutPackage(creator.caller) : '');

/** A square in a colour of the style sheet. */
function swatch(name) {
  const square = make('span', { class: 'swatch' });
  square.style.background = 'var(--' + name + ')';
  return square;
}

/** The threads of one JVM: the columns as written, and what is computed from them. */
class Threads {
  constructor(jvm, columns) {
    Object.assign(this, columns);
    this.jvm = jvm;
    this.length = columns.name.length;
    this.span = Math.max(columns.span, 1);
    this.jdks = new Set(columns.forVirtualThreads);
    this.kindsHere = [...new Set(this.kind)].sort((one, other) => one - other);
  }

  kindName(i) { return this.kinds[this.kind[i]]; }
  isProcess(i) { return this.kindName(i) === 'process'; }
  begin(i) { return Math.max(0, this.start[i]); }
  /** A thread that ended at an unknown time lived at least until it was last seen. */
  finish(i) {
    const end = this.end[i] !== NOT_RECORDED ? this.end[i] : this.life[i] === ENDED ? this.lastSeen[i] ?? 0 : this.span;
    return Math.max(end, this.begin(i));
  }
  lifetime(i) { return this.finish(i) - this.begin(i); }
  /** The JDK makes the threads that run virtual threads in any thread that calls its scheduler. */
  site(i) {
    if (this.jdks.has(i)) return 'the JDK, for virtual threads';
    return this.trace[i] < 0 ? null : this.sites[this.trace[i]];
  }
  /** A function from a thread to the series that it belongs to: an index of creators or groups, or a text. */
  seriesBy(by) {
    if (by === 'kind') return i => this.kindName(i);
    const column = by === 'creator' ? this.made : this.group;
    return i => column[i] >= 0 ? column[i] : this.start[i] === NOT_RECORDED ? ALREADY_RUNNING : this.kindName(i) + ' threads';
  }

  seriesTitle(by, key) {
    if (typeof key === 'string') return by === 'creator' && key === ALREADY_RUNNING ? 'creator not recorded: already running' : key;
    return by === 'creator' ? shortLabel(this.jvm.creators[key]) : this.jvm.groups[key].pattern;
  }

  startRoutineOf(i) { return this.startRoutine[i] < 0 ? null : this.texts[this.startRoutine[i]]; }
  creatorName(i) { return this.creator[i] < 0 ? null : this.texts[this.creator[i]]; }
  stateName(i) { return this.state[i] < 0 ? null : this.texts[this.state[i]]; }
  usable(i) { return this.reserved[i] - Math.max(0, this.guard[i]); }

  /** The indexes of the threads that match; only those for which the third function answers true. */
  where(text, kinds, only) {
    const wanted = text.trim().toLowerCase();
    const found = [];
    for (let i = 0; i < this.length; i++) {
      if (!kinds.has(this.kind[i]) || !only(i)) continue;
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
      cpu: (a, b) => this.cpu[b] - this.cpu[a],
      depth: (a, b) => this.depth[b] - this.depth[a],
      reserved: (a, b) => this.reserved[b] - this.reserved[a],
      huge: (a, b) => this.huge[b] - this.huge[a],
      share: (a, b) => this.depth[b] / this.usable(b) - this.depth[a] / this.usable(a),
    };
    return indexes.slice().sort((a, b) => orders[order](a, b) || this.begin(a) - this.begin(b) || a - b);
  }

  /**
   * How many of these threads lived over time: of each bin of the time, the moment when most did.
   * Answers the moments, and for each series the counts at these.
   */
  overTime(indexes, series, seriesOf, bins) {
    const changes = [];
    for (const i of indexes) {
      changes.push([this.begin(i), 1, seriesOf(i)]);
      // Without a length it would be in no moment.
      if (this.finish(i) < this.span) changes.push([Math.max(this.finish(i), this.begin(i) + 1e-6), -1, seriesOf(i)]);
    }
    // An end first: the thread that follows another at the same time is not one more.
    changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const now = new Array(series).fill(0);
    const moments = [];
    const counts = [];
    let total = 0;
    let at = 0;
    for (; at < changes.length && changes[at][0] <= 0; at++) {
      now[changes[at][2]] += changes[at][1];
      total += changes[at][1];
    }
    moments.push(0);
    counts.push(now.slice());
    for (let bin = 1; bin <= bins; bin++) {
      const end = this.span * bin / bins;
      let most = -1;
      let moment = end;
      let then = null;
      for (; at < changes.length && changes[at][0] <= end; at++) {
        now[changes[at][2]] += changes[at][1];
        total += changes[at][1];
        if (total > most) [most, moment, then] = [total, changes[at][0], now.slice()];
      }
      if (then && moment < end) {
        moments.push(moment);
        counts.push(then);
      }
      moments.push(end);
      counts.push(now.slice());
    }
    return { moments, counts };
  }
}

/** A cell that a spreadsheet takes as text: names are hostile, and one that begins like a formula would be run. */
function csvCell(value) {
  if (value == null) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  return '"' + (/^[\s]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? "'" : '') + text.replaceAll('"', '""') + '"';
}

/** Comma-separated values as RFC 4180 has them, with the mark by which spreadsheets know UTF-8. */
const csv = rows => '\uFEFF' + rows.map(row => row.map(csvCell).join(',') + '\r\n').join('');

/** A button that saves the rows as a file; the function is called at the click and its first row is the head. */
function csvButton(name, rows) {
  return make('button', { type: 'button', class: 'csv', title: 'Save these rows as comma-separated values', onclick: () => {
    const url = URL.createObjectURL(new Blob([csv(rows())], { type: 'text/csv' }));
    make('a', { href: url, download: 'clonetrace-' + name + '.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  } }, 'CSV');
}

const known = number => number == null || number < 0 ? null : number;

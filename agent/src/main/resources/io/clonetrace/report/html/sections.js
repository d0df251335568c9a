// Text and tables: the figures, the list of threads, the tree, the comparison, the details of one thread.
const PAGE = 200;
const LONG = 40;
const NUMBERS = new Set(['tid', 'start', 'end', 'stack', 'peak depth', 'CPU time']);
const GROUP = 12;

function table(caption, head, rows, attributes) {
  const cell = (tag, value, isNumber) => make(tag, isNumber ? { class: 'number' } : String(value).length > LONG ? { class: 'text' } : {}, value == null ? '-' : value);
  const numeric = head.map((title, index) => rows.length > 0 && rows.every(row => row[index] == null || /^(0x[0-9a-f]+|(at least )?[-\d,.%]+( (B|KiB|MiB|GiB))?)$/.test(row[index])));
  const body = rows.map(row => make('tr', {}, ...row.map((value, index) => cell('td', value, numeric[index]))));
  return make('div', { class: 'scroll' }, make('table', attributes || {}, ...(caption ? [make('caption', {}, caption)] : []),
    make('thead', {}, make('tr', {}, ...head.map((title, index) => cell('th', title, numeric[index])))), make('tbody', {}, ...body)));
}

function fill(id, ...children) {
  byId(id).replaceChildren(...children);
}

const percent = share => share == null ? null : (100 * share).toFixed(1) + '%';
const dash = value => value == null ? '-' : String(value);

const cloneTables = of => [
  table('Clone flags', ['flags', 'calls', 'names', 'as passed by'],
    of.flags.map(set => [set.flags, count(set.calls), namesOf(set.names), dash(set.profile)])),
  table('Clone calls', ['made for', 'calls', 'system call', 'refused with', 'flags', 'stack size passed'],
    of.clones.map(row => [row.madeFor, count(row.calls), dash(row.syscall), dash(row.error), dash(row.flags),
      (row.oneStackSize || row.stackSize == null ? '' : 'mostly ') + size(row.stackSize)])),
];

/** The traces of other programs; without a recording they are all there is. */
function showPrograms() {
  byId('programs-section').hidden = !report.programs.clones.length && report.jvms.length > 0;
  fill('programs', ...cloneTables(report.programs));
}

function showFigures(jvm) {
  const kinds = jvm.kinds.concat(jvm.kinds.length > 1 || jvm.threads.countedBy ? [jvm.threads] : []);
  const tables = [
    table('Threads and processes', ['kind', 'created', 'already running', 'alive', 'peak'],
      kinds.map(kind => [kind.kind, bounded(kind, 'created'), bounded(kind, 'before'), bounded(kind, 'alive'), bounded(kind, 'peak')])),
    table('Live stacks', ['kind', 'threads', 'reserved', 'touched', 'huge', 'peak depth p50', 'p99', 'max', 'of its size'],
      jvm.stacks.map(total => [total.kind, count(total.live), size(total.reserved), size(total.touched), size(total.huge),
        size(total.depthP50), size(total.depthP99), size(total.depthMax), percent(total.largestShare)])),
    ...cloneTables(jvm),
    table('Sources', ['source', 'state', 'seen', 'lost', 'reason'],
      jvm.sources.map(source => [source.source, source.state, count(source.seen), count(source.lost), dash(source.reason)])),
  ];
  if (jvm.threads.countedBy) {
    tables[0].append(make('p', { class: 'hint' }, 'Of ' + jvm.threads.kind + ', live threads and peak are the JVM\u2019s own counts of its Java threads ('
      + jvm.threads.countedBy + '), without its compilers; the peak is that since it started.'));
  }
  fill('figures', ...tables.map(one => one.querySelector('tbody tr') ? one
    : make('div', {}, make('p', { class: 'hint' }, one.querySelector('caption').textContent + ': not recorded, or none'))));
}

const namesOf = names => Array.isArray(names) ? names.join(' | ') : String(names).replaceAll('|', ' | ');

/** Adds the rows of a long list page by page, on request; the first page may be shorter. */
function paged(length, row, into, first) {
  let at = 0;
  const more = make('button', { type: 'button', class: 'more', onclick: () => next(PAGE) }, 'more');
  function next(most) {
    const until = Math.min(length, at + most);
    for (; at < until; at++) into.append(row(at));
    more.textContent = 'more (' + count(length - at) + ')';
    more.hidden = at >= length;
  }
  next(first || PAGE);
  return more;
}

function showList(threads, order, onChosen) {
  const body = make('tbody', {});
  const dumped = threads.dumped.some(at => at >= 0);
  const end = i => threads.end[i] === NOT_RECORDED ? LIVES[threads.life[i]] : time(threads.end[i]);
  const more = paged(order.length, at => {
    const i = order[at];
    return make('tr', {}, make('td', { class: 'text' }, make('button', { type: 'button', class: 'link', onclick: () => onChosen(i) }, threads.name[i] || '(no name)')),
      make('td', {}, threads.kindName(i)), make('td', { class: 'number' }, threads.tid[i] < 0 ? '-' : String(threads.tid[i])),
      make('td', { class: 'number' }, threads.start[i] === NOT_RECORDED ? ALREADY_RUNNING : time(threads.start[i])),
      make('td', { class: 'number' }, end(i)),
      make('td', { class: 'number' }, size(threads.reserved[i])), make('td', { class: 'number' }, size(threads.depth[i])),
      ...(dumped ? [make('td', { class: 'number' }, cpuTime(threads.cpu[i])), make('td', {}, threads.stateName(i) || '-')] : []),
      make('td', { class: 'text site' }, ...soft(threads.site(i) || threads.creatorName(i) || '-')));
  }, body);
  const head = ['thread', 'kind', 'tid', 'start', 'end', 'stack', 'peak depth', ...(dumped ? ['CPU time', 'state'] : []), 'created by'];
  fill('list', make('div', { class: 'scroll tall' }, make('table', {}, make('thead', {}, make('tr', {}, ...head.map(title => make('th', NUMBERS.has(title) ? { class: 'number' } : {}, title)))), body), more));
}

/** All of these threads, not only those of the list's first page; times in milliseconds, sizes in bytes. */
function threadRows(threads, order) {
  return [['thread', 'kind', 'tid', 'java id', 'start ms', 'end ms', 'life', 'stack', 'touched', 'peak depth', 'CPU ms', 'state', 'created by', 'creator thread'],
    ...order.map(i => [threads.name[i], threads.kindName(i), known(threads.tid[i]), known(threads.id[i]), known(threads.start[i]), known(threads.end[i]),
      LIVES[threads.life[i]].replace(/,.*/, ''), known(threads.reserved[i]), known(threads.touched[i]), known(threads.depth[i]),
      threads.cpu[i] < 0 ? null : threads.cpu[i] / 1e6, threads.stateName(i), threads.site(i), threads.creatorName(i)])];
}

/** Nanoseconds for people. */
const cpuTime = nanos => nanos < 0 ? '-' : time(nanos / 1e6);

/** The tree of creators and their threads. A node is filled when it is opened, so that a million threads are as fast as ten. */
function showTree(threads, onChosen) {
  const children = new Map();
  const roots = [];
  for (let i = 0; i < threads.length; i++) {
    const parent = threads.parent[i];
    // A thread that was created after another did not create it: its id would be that of one before it.
    if (parent < 0 || parent === i || threads.begin(parent) > threads.begin(i)) roots.push(i);
    else children.has(parent) ? children.get(parent).push(i) : children.set(parent, [i]);
  }
  const alive = indexes => indexes.filter(i => threads.life[i] === 0).length;

  function branch(label, fillWith) {
    const details = make('details', {}, make('summary', {}, label));
    details.addEventListener('toggle', () => {
      if (details.open && details.childElementCount === 1) fillWith(details);
    });
    return details;
  }

  function node(i) {
    const own = children.get(i) || [];
    const button = make('button', { type: 'button', class: 'link', onclick: () => onChosen(i) }, threads.name[i] || '(no name)');
    if (!own.length) return make('div', { class: 'leaf' }, button, ' ' + threads.kindName(i));
    const label = make('span', {}, button, ' ' + threads.kindName(i) + ', created ' + count(own.length) + ' (' + count(alive(own)) + ' alive at the end)');
    return branch(label, details => nodes(own, details));
  }

  function nodes(indexes, into) {
    const groups = new Map();
    for (const i of indexes) {
      const by = threads.site(i) || (threads.creatorName(i) ? 'call site not recorded' : 'creator not recorded: ' + threads.kindName(i));
      groups.has(by) ? groups.get(by).push(i) : groups.set(by, [i]);
    }
    for (const [by, members] of [...groups].sort((one, other) => other[1].length - one[1].length)) {
      if (members.length <= GROUP && groups.size === 1) {
        for (const i of members) into.append(node(i));
      } else if (members.length === 1) {
        into.append(node(members[0]));
      } else {
        const label = make('span', {}, count(members.length) + ' by ', make('span', { class: 'site' }, by), ' (' + count(alive(members)) + ' alive at the end)');
        into.append(branch(label, details => {
          const list = make('div', {});
          details.append(list, paged(members.length, at => node(members[at]), list));
        }));
      }
    }
  }

  byId('tree').replaceChildren();
  nodes(roots, byId('tree'));
  const first = byId('tree').querySelector('details');
  if (first) first.open = true;
}

function showComparison(jvm, flagNames) {
  byId('comparison-section').hidden = jvm.comparison.length === 0;
  const all = [...new Set(flagNames.flat())];
  const mark = (names, flag, way) => names.includes(flag) ? make('td', {}, 'yes')
    : make('td', (way.missing || '').includes(flag) ? { class: 'missing' } : {}, way.flags == null ? 'not observed' : 'no');
  const facts = [['system call', way => dash(way.syscall)], ['flags', way => dash(way.flags)], ['stack size passed', way => size(way.stackSize)],
    ['shares its caller\'s TLS', way => dash(way.sharesTls)], ['source', way => dash(way.source)]];
  const head = make('tr', {}, make('th', {}, ''), ...jvm.comparison.map(way => make('th', {}, way.how)));
  const rows = facts.map(([name, value]) => make('tr', {}, make('th', {}, name), ...jvm.comparison.map(way => make('td', {}, value(way)))))
    .concat(all.map(flag => make('tr', {}, make('th', {}, flag), ...jvm.comparison.map((way, index) => mark(flagNames[index], flag, way)))));
  fill('comparison', make('table', { class: 'matrix' }, make('thead', {}, head), make('tbody', {}, ...rows)));
}

function showDetail(threads, i, onChosen) {
  const parent = threads.parent[i];
  const way = threads.way[i] < 0 ? null : threads.ways[threads.way[i]];
  const creator = threads.creatorName(i) || (parent >= 0 && threads.name[parent]) || '-';
  const dumpedAt = 'in the thread dump at ' + time(threads.dumped[i]);
  const notDumped = threads.id[i] < 0 ? 'not recorded: JFR records those of Java threads'
    : threads.dumped.some(at => at >= 0) ? 'in none of the recorded thread dumps' : 'not recorded: no jdk.ThreadDump';
  const facts = [
    ['kind', threads.kindName(i)], ['tid', threads.tid[i] < 0 ? '-' : String(threads.tid[i])], ['Java id', threads.id[i] < 0 ? '-' : String(threads.id[i])],
    ['class', threads.type[i] < 0 ? '-' : threads.texts[threads.type[i]]],
    ...(threads.startRoutineOf(i) ? [['start routine', threads.startRoutineOf(i)]] : []),
    ['created by', parent < 0 ? creator : make('button', { type: 'button', class: 'link', onclick: () => onChosen(parent) }, creator)],
    ['started', threads.start[i] === NOT_RECORDED ? 'already running, or not recorded' : time(threads.start[i])],
    ['ended', threads.end[i] === NOT_RECORDED ? LIVES[threads.life[i]] : time(threads.end[i])],
    ['system call', way ? dash(way.syscall) : 'not observed'],
    ['clone flags', way && way.flags ? way.flags + (way.profile ? ', as passed by ' + way.profile : '') : 'not observed'],
    ['flag names', way && way.names ? namesOf(way.names) : '-'],
    ['requested stack size', threads.requested[i] === 0 ? 'the JVM\'s default' : exact(threads.requested[i])],
    ['stack', exact(threads.reserved[i])], ['guard zone', exact(threads.guard[i])], ['touched in the last snapshot', exact(threads.touched[i])],
    ['peak depth', exact(threads.depth[i])], ['in huge pages', exact(threads.huge[i])],
    ['CPU time', threads.cpu[i] < 0 ? notDumped : cpuTime(threads.cpu[i]) + ', ' + dumpedAt], ['state', threads.stateName(i) ? threads.stateName(i) + ', ' + dumpedAt : notDumped],
  ];
  const trace = threads.trace[i] < 0 ? make('p', {}, 'Not recorded.') : stackTrace(threads.traces[threads.trace[i]]);
  fill('detail-content', make('h2', {}, threads.name[i] || '(no name)'),
    make('dl', {}, ...facts.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])),
    make('h3', {}, 'Call site'), trace);
  byId('detail').hidden = false;
}

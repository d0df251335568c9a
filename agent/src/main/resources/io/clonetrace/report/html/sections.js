// Text and tables: findings, figures, the list, the tree, the creators, the comparison, the details of one thread.
const PAGE = 200;
const GROUP = 12;

function table(caption, head, rows, attributes) {
  const cell = (tag, value, isNumber) => make(tag, isNumber ? { class: 'number' } : {}, value == null ? '-' : value);
  const numeric = head.map((title, index) => rows.length > 0 && rows.every(row => row[index] == null || /^(0x[0-9a-f]+|[-\d,.%]+( (B|KiB))?)$/.test(row[index])));
  const body = rows.map(row => make('tr', {}, ...row.map((value, index) => cell('td', value, numeric[index]))));
  return make('div', {}, make('table', attributes || {}, make('caption', {}, caption),
    make('thead', {}, make('tr', {}, ...head.map((title, index) => cell('th', title, numeric[index])))), make('tbody', {}, ...body)));
}

function fill(id, ...children) {
  byId(id).replaceChildren(...children);
}

function showFindings(jvm) {
  const cards = jvm.findings.map(finding => make('article', { class: 'finding ' + finding.severity },
    make('span', { class: 'severity' }, finding.severity), make('strong', {}, finding.summary), make('p', {}, finding.evidence), make('p', {}, finding.advice)));
  fill('finding-list', ...(cards.length ? cards : [make('p', {}, 'No findings in this recording.')]));
}

const percent = share => share == null ? null : (100 * share).toFixed(1) + '%';
const dash = value => value == null ? '-' : String(value);

function showFigures(jvm) {
  const kinds = jvm.kinds.concat(jvm.kinds.length > 1 ? [jvm.threads] : []);
  const tables = [
    table('Threads and processes', ['kind', 'created', 'lived before', 'alive', 'peak'],
      kinds.map(kind => [kind.kind, count(kind.created), count(kind.before), count(kind.alive), count(kind.peak)])),
    table('Live stacks', ['kind', 'threads', 'reserved', 'touched', 'huge', 'peak depth p50', 'p99', 'max', 'of its size'],
      jvm.stacks.map(total => [total.kind, count(total.live), size(total.reserved), size(total.touched), size(total.huge),
        size(total.depthP50), size(total.depthP99), size(total.depthMax), percent(total.largestShare)])),
    table('Clone flags', ['flags', 'calls', 'names', 'as passed by'],
      jvm.flags.map(set => [set.flags, count(set.calls), namesOf(set.names), dash(set.profile)])),
    table('Clone calls', ['made for', 'calls', 'system call', 'refused with', 'flags', 'stack size passed'],
      jvm.clones.map(row => [row.madeFor, count(row.calls), dash(row.syscall), dash(row.error), dash(row.flags),
        (row.oneStackSize || row.stackSize == null ? '' : 'mostly ') + size(row.stackSize)])),
    table('Limits, the nearest first', ['limit', 'used', 'of', 'left', 'read from'],
      jvm.limits.map(limit => [limit.limit, count(limit.used), count(limit.max),
        limit.secondsLeft == null ? '-' : 'in ' + time(1000 * limit.secondsLeft) + ' at this rate', dash(limit.location)])),
    table('Failed starts', ['times', 'error', 'limit', 'used', 'of', 'call site'],
      jvm.failedStarts.map(failed => [count(failed.count), dash(failed.error), dash(failed.limit), count(failed.used), count(failed.max), dash(failed.site)])),
    table('Sources', ['source', 'state', 'seen', 'lost', 'reason'],
      jvm.sources.map(source => [source.source, source.state, count(source.seen), count(source.lost), dash(source.reason)])),
  ];
  fill('figures', ...tables.map(one => one.querySelector('tbody tr') ? one
    : make('div', {}, make('p', { class: 'hint' }, one.querySelector('caption').textContent + ': not recorded, or none'))));
}

const namesOf = names => Array.isArray(names) ? names.join(' | ') : String(names).replaceAll('|', ' | ');

/** Adds the rows of a long list page by page, on request. */
function paged(length, row, into) {
  let at = 0;
  const more = make('button', { type: 'button', onclick: () => next() }, 'more');
  function next() {
    const until = Math.min(length, at + PAGE);
    for (; at < until; at++) into.append(row(at));
    more.textContent = 'more (' + count(length - at) + ')';
    more.hidden = at >= length;
  }
  next();
  return more;
}

function showList(threads, order, onChosen) {
  const body = make('tbody', {});
  const more = paged(order.length, at => {
    const i = order[at];
    return make('tr', {}, make('td', {}, make('button', { type: 'button', class: 'link', onclick: () => onChosen(i) }, threads.name[i] || '(no name)')),
      make('td', {}, threads.kindName(i)), make('td', { class: 'number' }, threads.tid[i] < 0 ? '-' : String(threads.tid[i])),
      make('td', { class: 'number' }, threads.start[i] === NOT_RECORDED ? 'before' : time(threads.start[i])),
      make('td', { class: 'number' }, threads.end[i] === NOT_RECORDED ? LIVES[threads.life[i]] : time(threads.end[i])),
      make('td', { class: 'number' }, size(threads.reserved[i])), make('td', { class: 'number' }, size(threads.depth[i])),
      make('td', {}, threads.site(i) || threads.creatorName(i) || '-'));
  }, body);
  const head = ['thread', 'kind', 'tid', 'start', 'end', 'stack', 'peak depth', 'created by'];
  fill('list', make('table', {}, make('thead', {}, make('tr', {}, ...head.map(title => make('th', {}, title)))), body), more);
}

/** The tree of creators and their threads. A node is filled when it is opened, so that a million threads are as fast as ten. */
function showTree(threads, onChosen) {
  const children = new Map();
  const roots = [];
  for (let i = 0; i < threads.length; i++) {
    const parent = threads.byJavaId.get(threads.creatorId[i]);
    if (parent === undefined || parent === i) roots.push(i);
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

function showCreators(jvm) {
  const rows = jvm.creators.map(creator => make('details', {}, make('summary', {}, make('span', { class: 'site' }, creator.site),
    ': ' + count(creator.created) + ' threads, ' + count(creator.alive) + ' alive at the end, their stacks '
      + size(creator.reserved) + ', touched ' + size(creator.touched)), make('pre', {}, creator.stackTrace.join('\n'))));
  const list = make('div', {});
  fill('creators', ...(rows.length ? [list, paged(rows.length, at => rows[at], list)] : [make('p', {}, 'Not recorded, or no threads created.')]));
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
  const parent = threads.byJavaId.get(threads.creatorId[i]);
  const way = threads.way[i] < 0 ? null : threads.ways[threads.way[i]];
  const creator = threads.creatorName(i) || '-';
  const facts = [
    ['kind', threads.kindName(i)], ['tid', threads.tid[i] < 0 ? '-' : String(threads.tid[i])], ['Java id', threads.id[i] < 0 ? '-' : String(threads.id[i])],
    ['class', threads.type[i] < 0 ? '-' : threads.texts[threads.type[i]]],
    ['created by', parent === undefined ? creator : make('button', { type: 'button', class: 'link', onclick: () => onChosen(parent) }, creator)],
    ['started', threads.start[i] === NOT_RECORDED ? 'before the recording, or not recorded' : time(threads.start[i])],
    ['ended', threads.end[i] === NOT_RECORDED ? LIVES[threads.life[i]] : time(threads.end[i])],
    ['system call', way ? dash(way.syscall) : 'not observed'],
    ['clone flags', way && way.flags ? way.flags + (way.profile ? ', as passed by ' + way.profile : '') : 'not observed'],
    ['flag names', way && way.names ? namesOf(way.names) : '-'],
    ['requested stack size', threads.requested[i] === 0 ? 'the JVM\'s default' : size(threads.requested[i])],
    ['stack', size(threads.reserved[i])], ['guard zone', size(threads.guard[i])], ['touched in the last snapshot', size(threads.touched[i])],
    ['peak depth', size(threads.depth[i])], ['in huge pages', size(threads.huge[i])],
  ];
  const trace = threads.trace[i] < 0 ? 'not recorded' : threads.traces[threads.trace[i]].join('\n');
  fill('detail-content', make('h2', {}, threads.name[i] || '(no name)'),
    make('dl', {}, ...facts.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])),
    make('h3', {}, 'Call site of Thread.start'), make('pre', {}, trace));
  byId('detail').hidden = false;
}

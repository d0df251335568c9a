// The answer first: the JVMs of a fleet, the findings, which code made the threads, and how they are named.
const SEVERITIES = ['problem', 'warning', 'note'];
const FIRST = 10;
const MOST_NAMES = 5;

/** Of a main class, the name without its package. */
const jvmLabel = jvm => [(jvm.mainClass || 'JVM').replace(/^.*[./](?=[^./]+$)(?!jar$)/, ''), jvm.pid == null ? '' : 'pid ' + jvm.pid, jvm.host || ''].join(' ').trim();
const plural = (number, noun) => count(number) + ' ' + noun + (number === 1 ? '' : 's');
const noneAboutThreads = jvm => plural(jvm.events, 'event') + ', none about threads';
const found = (jvm, severity) => jvm.findings.filter(finding => finding.severity === severity).length;

/** The indexes of the JVMs, the worst first as in the text report: by the worst finding, then by threads. */
function worstFirst(jvms) {
  const severity = jvm => jvm.findings.reduce((worst, finding) => Math.min(worst, SEVERITIES.indexOf(finding.severity)), SEVERITIES.length);
  return jvms.map((jvm, index) => index).sort((a, b) => severity(jvms[a]) - severity(jvms[b])
    || (jvms[b].threads.alive ?? -1) - (jvms[a].threads.alive ?? -1) || jvms[b].threads.created - jvms[a].threads.created || a - b);
}

function showFleet(order, onChosen) {
  byId('fleet').hidden = report.jvms.length < 2;
  const head = ['JVM', 'worst finding', ...SEVERITIES.map(severity => severity + 's'), 'created', 'alive', 'peak'];
  const worst = jvm => SEVERITIES.flatMap(severity => jvm.findings.filter(finding => finding.severity === severity))[0];
  const row = index => {
    const jvm = report.jvms[index];
    return make('tr', { 'data-jvm': index },
      make('td', {}, make('button', { type: 'button', class: 'link', onclick: () => onChosen(index) }, jvmLabel(jvm))),
      worst(jvm) ? make('td', { class: 'text' }, badge(worst(jvm).severity), ' ', ...soft(worst(jvm).summary)) : make('td', {}, jvm.aboutThreads ? 'none' : 'not possible: ' + noneAboutThreads(jvm)),
      ...SEVERITIES.map(severity => make('td', { class: 'number' }, jvm.aboutThreads ? count(found(jvm, severity)) : '-')),
      ...['created', 'alive', 'peak'].map(name => make('td', { class: 'number' }, bounded(jvm.threads, name))));
  };
  const body = make('tbody', {});
  const more = paged(order.length, at => row(order[at]), body, PAGE);
  const rows = () => [[...head, 'lower bounds'], ...order.map(index => report.jvms[index]).map(jvm => [jvmLabel(jvm), worst(jvm) ? worst(jvm).summary : null,
    ...SEVERITIES.map(severity => jvm.aboutThreads ? found(jvm, severity) : null), ...['created', 'alive', 'peak'].map(name => known(jvm.threads[name])), jvm.threads.atLeast.join('; ')])];
  fill('fleet-table', make('table', {}, make('thead', {}, make('tr', {}, ...head.map((title, at) => make('th', at > 1 ? { class: 'number' } : {}, title)))), body), more);
  fill('fleet-csv', csvButton('jvms', rows));
}

const badge = severity => make('span', { class: 'severity ' + severity }, severity);

/** The threads of a finding are known by their indexes, its place in the code by a stack trace. */
function showFindings(jvm, threads, onFilter) {
  const card = (finding, place) => {
    const members = new Set(threads.findings[place]);
    const links = [];
    if (members.size) {
      links.push(make('button', { type: 'button', class: 'link', onclick: () => onFilter(finding.summary, i => members.has(i)) },
        'Show ' + (members.size === 1 ? 'its thread' : 'its ' + count(members.size) + ' threads')));
    }
    if (finding.stackTrace && finding.stackTrace.length) links.push(make('details', {}, make('summary', {}, 'Stack trace'), stackTrace(finding.stackTrace)));
    return make('article', { class: 'finding ' + finding.severity }, badge(finding.severity), make('strong', {}, ...soft(finding.summary)),
      make('p', {}, ...soft(finding.evidence)), make('p', {}, ...soft(finding.advice)), ...links);
  };
  fill('finding-list', ...(jvm.findings.length ? jvm.findings.map(card) : [make('p', {}, noFindings(jvm))]));
}

/** Of nothing that was recorded nothing can be found, which is not that all is well. */
function noFindings(jvm) {
  if (!jvm.aboutThreads) return 'Not possible: ' + noneAboutThreads(jvm) + '. Record jdk.ThreadStart and jdk.ThreadEnd, as JFR\u2019s default settings do, or use clonetrace run.';
  return 'No findings in this recording.' + (jvm.endsKnown ? '' : ' Ends of threads were not recorded, so a leak can\u2019t be found.');
}

/**
 * A table whose rows expand. For each item: its name, the figures, what the row shows when it is open, and which threads
 * it has.
 */
function expanding(id, head, items, { title, cells, content, filter }) {
  const body = make('tbody', {});
  const row = at => {
    const item = items[at];
    const inner = make('tr', { hidden: true }, make('td', { colspan: head.length + 1, class: 'text' }));
    const button = make('button', { type: 'button', class: 'link expand', 'aria-expanded': 'false', onclick: () => {
      inner.hidden = !inner.hidden;
      button.setAttribute('aria-expanded', String(!inner.hidden));
      if (!inner.firstChild.childElementCount) inner.firstChild.append(...content(item, at));
    } }, ...title(item));
    const outer = make('tr', {}, make('td', { class: 'text' }, button), ...cells(item).map((cell, column) =>
      make('td', { class: column < head.length - 2 ? 'number' : 'text' }, cell)),
      make('td', {}, make('button', { type: 'button', class: 'only', title: 'Show only these threads on this page', onclick: () => filter(item, at) }, 'filter')));
    const rows = document.createDocumentFragment();
    rows.append(outer, inner);
    return rows;
  };
  const more = paged(items.length, row, body, FIRST);
  fill(id, items.length ? make('div', { class: 'scroll' }, make('table', {}, make('thead', {}, make('tr', {}, ...head.map((name, at) =>
    make('th', at > 0 && at < head.length - 1 ? { class: 'number' } : {}, name)), make('th', {}))), body)) : make('p', { class: 'hint' }, 'Not recorded, or no threads.'), more);
}

const FIGURES = ['created', 'alive', 'growth', 'peak', 'reserved', 'touched'];
const figures = item => [bounded(item, 'created'), bounded(item, 'alive'), signed(item.growth), bounded(item, 'peak'), size(item.reserved), size(item.touched)];

function showCreators(jvm, onFilter) {
  const names = creator => creator.names.map(name => count(name.count) + ' ' + name.pattern);
  const lines = creator => [make('span', { class: 'site' }, ...soft(creator.site)),
    ...(creator.kind === 'native' ? creator.nativeStack.length ? [] : [make('span', { class: 'hint site' }, 'what they run; the code that created them was not recorded')]
      : creator.library ? [make('span', { class: 'hint site' }, 'through ', ...soft(creator.library))] : []),
    ...(creator.caller ? [make('span', { class: 'hint site' }, 'called by ', ...soft(creator.caller))] : [])];
  expanding('creators', ['call site', 'created', 'alive', 'growth', 'peak', 'stacks', 'touched', 'names'], jvm.creators, {
    title: lines,
    cells: creator => [...figures(creator), creator.kind === 'process' ? 'processes' : names(creator).slice(0, 1).join('') + (creator.names.length > 1 ? ' \u2026' : '')],
    content: creator => [make('p', {}, 'Names: ' + names(creator).slice(0, MOST_NAMES).join(', ')
        + (names(creator).length > MOST_NAMES ? ', and ' + plural(names(creator).length - MOST_NAMES, 'pattern') + ' more' : '')),
      ...(creator.inherited ? [make('p', {}, 'Most of these were started by threads that this code started: a pool\u2019s workers start its next ones.')] : []),
      ...(creator.startRoutine ? [make('p', {}, 'Start routine: ', make('span', { class: 'site' }, ...soft(creator.startRoutine)))] : []),
      ...(creator.nativeMethod ? [make('p', {}, 'Within the native method ', make('span', { class: 'site' }, ...soft(creator.nativeMethod)))] : []),
      ...(creator.incomplete ? [make('p', {}, 'Native frames are missing: ' + creator.incomplete)] : []),
      ...(creator.javaDelay == null ? [] : [make('p', {}, 'The Java frames were read ' + time(creator.javaDelay / 1e6) + ' after the call.')]),
      ...(creator.stackTrace.length ? [stackTrace(creator.stackTrace)] : [])],
    filter: (creator, at) => onFilter(shortLabel(creator), i => threads.made[i] === at),
  });
  fill('creators-csv', csvButton('creators', () => [['site', 'library', 'caller', 'kind', ...FIGURES, 'lower bounds', 'names'],
    ...jvm.creators.map(creator => [creator.site, creator.library, creator.caller, creator.kind, ...FIGURES.map(name => creator[name] ?? null), creator.atLeast.join('; '), names(creator).join('; ')])]));
}

function showGroups(jvm, onFilter) {
  expanding('groups', ['name', 'created', 'alive', 'growth', 'peak', 'stacks', 'touched', 'made by'], jvm.groups, {
    title: group => [make('span', { class: 'site' }, ...soft(group.pattern))],
    cells: group => [...figures(group), group.creators.length ? withoutPackage(group.creators[0].site.replace(/ (through|called by) .*/, '')) + (group.creators.length > 1 ? ' \u2026' : '')
      : group.createdBy.length ? 'by ' + group.createdBy[0].pattern + (group.createdBy.length > 1 ? ' \u2026' : '') : 'not recorded'],
    content: group => [make('ul', {}, ...group.creators.map(creator => make('li', { class: 'site' }, count(creator.count) + ' ' + creator.site)),
      ...(group.creators.length ? [] : group.createdBy.slice(0, MOST_NAMES).map(by => make('li', {}, count(by.count) + ' by threads named ' + by.pattern)))),
      ...(group.before ? [make('p', {}, (group.atLeast.includes('before') ? 'At least ' : '') + plural(group.before, 'thread') + (group.before === 1 ? ' was' : ' were') + ' already running.')] : [])],
    filter: (group, at) => onFilter(group.pattern, i => threads.group[i] === at),
  });
  fill('groups-csv', csvButton('groups', () => [['name', ...FIGURES, 'already running', 'lower bounds', 'made by'],
    ...jvm.groups.map(group => [group.pattern, ...FIGURES.map(name => group[name] ?? null), group.before, group.atLeast.join('; '), group.creators.map(creator => creator.count + ' ' + creator.site).join('; ')])]));
}

/** Some limits are in bytes (setrlimit(2), cgroup memory controllers). */
const amount = (limit, value) => /^(RLIMIT_AS|RLIMIT_DATA|memory\.)/.test(limit.limit) ? size(value) : count(value);

function showLimits(jvm) {
  const limits = table('', ['limit', 'used', 'of', 'share', 'reached at this rate', 'read from'],
    jvm.limits.map(limit => [limit.limit, amount(limit, limit.used), amount(limit, limit.max), limit.max > 0 && limit.used != null ? percent(limit.used / limit.max) : '-',
      limit.secondsLeft == null ? '-' : 'in ' + time(1000 * limit.secondsLeft), dash(limit.location)]));
  const place = one => (one.site || 'not recorded') + (one.caller ? ' called by ' + one.caller : '');
  const details = one => [one.syscall ? one.syscall + (one.flags ? ' with ' + one.flags : '') : 'system call not observed',
    one.threadName && 'in thread ' + one.threadName, one.childName && 'for a thread named ' + one.childName, one.error && 'Thread.start threw ' + one.error,
    one.location && (one.limit ? 'read from ' : 'no limit named: ') + one.location].filter(Boolean).join('; ');
  const refused = table('Refused', ['at', 'times', 'attempts', 'errno', 'limit', 'used', 'of', 'details'],
    jvm.refusals.map(one => [place(one), count(one.count), count(one.attempts), dash(one.errno), dash(one.limit),
      one.limit ? amount(one, one.used) : '-', one.limit ? amount(one, one.max) : '-', details(one)]));
  fill('limits', jvm.limits.length ? limits : make('p', { class: 'hint' }, 'Not recorded.'), ...(jvm.refusals.length ? [refused] : []));
}

// What became of the threads since the baseline. It is about all JVMs together, so it is drawn once.
const AT_FIRST = 12;
const side = (counts, value) => counts == null ? '-' : value(counts);
const alive = counts => count(counts.alive);
const rate = counts => counts.perMinute == null ? '-' : counts.perMinute >= 100 ? count(counts.perMinute) : String(Math.round(10 * counts.perMinute) / 10);

/** Threads of call sites, or of names: those that changed; the others are counted. */
function changes(caption, first, all, name) {
  const changed = all.filter(one => one.change !== 'same');
  const same = all.length - changed.length;
  const rest = same ? plural(same, first) + ' did not change significantly.' : '';
  if (!changed.length) return [make('h3', {}, caption), make('p', {}, all.length ? rest : 'Not recorded on either side.')];
  const head = ['change', 'alive before', 'now', 'per minute before', 'now', first];
  const body = make('tbody', {});
  const more = paged(changed.length, at => {
    const one = changed[at];
    return make('tr', { class: 'change-' + one.change }, make('td', {}, one.change),
      ...[[one.old, alive], [one.now, alive], [one.old, rate], [one.now, rate]].map(([counts, value]) => make('td', { class: 'number' }, side(counts, value))),
      make('td', { class: 'text site' }, ...soft(name(one))));
  }, body, AT_FIRST);
  return [make('h3', {}, caption), make('div', { class: 'scroll' },
    make('table', {}, make('thead', {}, make('tr', {}, ...head.map((title, index) => make('th', index > 0 && index < 5 ? { class: 'number' } : {}, title)))), body), more),
    make('p', { class: 'hint' }, rest)];
}

function findingChanges(all) {
  const news = all.filter(one => one.change === 'new' || one.change === 'worse');
  const cards = news.map(one => make('article', { class: 'finding ' + one.now },
    make('span', { class: 'severity ' + one.now }, one.change === 'new' ? 'new ' + one.now : 'worse: ' + one.now + ', was ' + one.old), make('strong', {}, ...soft(one.summary))));
  const others = all.filter(one => !news.includes(one)).map(one => make('li', {}, one.change + ', ' + (one.now || one.old) + ': ', ...soft(one.summary)));
  return [make('h3', {}, 'Findings'), ...(cards.length ? cards : [make('p', {}, 'None is new or worse.')]), ...(others.length ? [make('ul', {}, ...others)] : [])];
}

const sizeOrNone = bytes => bytes == null ? '-' : size(bytes);

function showBaseline(since) {
  byId('baseline-section').hidden = !since;
  if (!since) return;
  const about = of => plural(of.files, 'recording') + ' of ' + plural(of.jvms, 'JVM') + ', ' + time(1000 * of.seconds) + (of.jvms === 1 ? '' : ' each on average');
  const perJvm = since.old.jvms !== since.now.jvms ? ' The number of JVMs differs, so changes are those of one JVM.' : '';
  const stacks = since.stacks.map(one => [one.kind, ...['depthP50', 'depthP99', 'depthMax'].flatMap(value => [side(one.old, of => sizeOrNone(of[value])), side(one.now, of => sizeOrNone(of[value]))])]);
  const system = since.system.map(one => [one.what, one.old.join(', '), one.now.join(', ')]);
  const clones = since.clones.map(one => [one.change === 'appeared' || one.change === 'gone' ? one.change : 'stack size ' + one.change, one.madeFor, dash(one.syscall), dash(one.flags), dash(one.error),
    count(one.oldCalls), count(one.nowCalls), sizeOrNone(one.oldStackSize), sizeOrNone(one.nowStackSize)]);
  const totals = ['old', 'now'].map(key => [key === 'old' ? 'before' : 'now', alive(since[key]), rate(since[key]), count(since[key].peak)]);
  fill('baseline',
    make('p', { class: 'hint' }, 'Then: ' + about(since.old) + '. Now: ' + about(since.now) + '.' + perJvm),
    ...findingChanges(since.findings),
    make('h3', {}, 'All threads'), table('', ['', 'alive', 'created a minute', 'peak'], totals),
    ...changes('Call sites', 'call site', since.sites, one => one.site + (one.oldSite ? ' (was ' + one.oldSite + ')' : '')),
    ...changes('Names', 'name', since.groups, one => one.pattern),
    ...(system.length ? [make('h3', {}, 'System'), table('', ['', 'before', 'now'], system)] : []),
    ...(clones.length ? [make('h3', {}, 'System calls and flags'), table('', ['change', 'made for', 'system call', 'flags', 'refused with', 'calls before', 'now', 'stack size before', 'now'], clones)] : []),
    ...(stacks.length ? [make('h3', {}, 'Stacks, peak depth'), table('', ['kind', 'p50 before', 'now', 'p99 before', 'now', 'max before', 'now'], stacks)] : []));
  fill('baseline-csv', csvButton('baseline', () => [['call site', 'was', 'change', 'alive before', 'alive now', 'per minute before', 'per minute now'],
    ...since.sites.map(one => [one.site, one.oldSite, one.change, ...['alive', 'perMinute'].flatMap(value => [one.old && one.old[value], one.now && one.now[value]])])]));
}

showBaseline(report.baseline);

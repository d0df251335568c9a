// Puts the parts together, and redraws them when the selection changes.
const LARGE = 20000;
const PATIENCE = 150;
const NOT_THE_APPLICATIONS = ['agent', 'demo'];
let threads = null;
let before = null;

const timeline = new Timeline(byId('timeline'), show);
const stackBars = new StackBars(byId('stacks'), show);
const overTime = new OverTime(byId('over-time'), byId('legend'), select);
const ALL = () => true;
/** Which threads the page is about: those of a finding, a call site, a name; and what the filter leaves of these. */
let only = ALL;
let order = [];

function show(i) {
  if (byId('detail').hidden) before = document.activeElement;
  showDetail(threads, i, show);
  byId('close').focus();
}

function hide() {
  byId('detail').hidden = true;
  if (before) before.focus();
}

const chosenKinds = () => new Set([...byId('kinds').querySelectorAll('input:checked')].map(box => Number(box.value)));

/** Shows an element, or instead of it why it is empty: its next sibling of class none. */
function showOr(element, any, otherwise) {
  const none = element.parentElement.querySelector('#' + element.id + ' ~ .none');
  element.hidden = !any;
  none.hidden = any;
  if (any) return;
  if (threads.length) none.replaceChildren(otherwise + ' ', make('button', { type: 'button', onclick: clear }, 'Show all threads'));
  else none.textContent = 'No threads were recorded.';
}

/** Shows only the threads for which the function answers true. */
function select(label, which) {
  only = which;
  byId('selected').textContent = label;
  byId('selected').title = label;
  byId('selection').hidden = false;
  drawThreads();
}

/** As the page began: every thread of the application. */
function clear() {
  byId('text').value = '';
  for (const box of byId('kinds').querySelectorAll('input')) box.checked = box.defaultChecked;
  unselect();
}

function unselect() {
  only = ALL;
  byId('selection').hidden = true;
  drawThreads();
}

function drawThreads() {
  const found = threads.where(byId('text').value, chosenKinds(), only);
  order = threads.sorted(found, byId('order').value);
  const left = threads.left > 0 ? '; ' + count(threads.left) + ' more with the shortest lives are not in this page' : '';
  byId('shown').textContent = count(found.length) + ' of ' + count(threads.length) + left;
  const alone = found.filter(i => !threads.isProcess(i));
  for (const chart of ['over-time', 'timeline']) showOr(byId(chart), chart === 'timeline' ? found.length : alone.length, 'No thread matches.');
  byId('legend').hidden = !alone.length;
  if (alone.length) {
    overTime.resize();
    overTime.draw(alone);
  }
  if (found.length) {
    timeline.resize();
    timeline.draw(threads, order);
  }
  showList(threads, order, show);
  showOr(byId('list'), found.length, 'No thread matches.');
  drawStacks(found);
}

function drawStacks(all) {
  const measured = all.filter(i => threads.reserved[i] > 0 && threads.depth[i] >= 0);
  const withoutDepth = all.filter(i => threads.touched[i] >= 0 && threads.depth[i] < 0).length;
  const stacks = threads.sorted(measured, byId('stack-order').value);
  byId('stacks-shown').textContent = stacks.length > LARGE ? 'the first ' + count(LARGE) + ' of ' + count(stacks.length) : count(stacks.length) + ' measured';
  if (withoutDepth > 0) byId('stacks-shown').textContent += '; depth not recorded for ' + count(withoutDepth);
  showOr(byId('stacks'), stacks.length, 'No measured stack matches.');
  if (!stacks.length) return;
  stackBars.resize();
  stackBars.draw(threads, stacks.slice(0, LARGE));
}

/** Which code made the threads, unless that is recorded of fewer than half of them: then their names tell more. */
function seriesAtFirst() {
  let application = 0;
  let made = 0;
  for (let i = 0; i < threads.length; i++) {
    if (threads.group[i] < 0) continue;
    application++;
    if (threads.made[i] >= 0) made++;
  }
  return 2 * made >= application ? 'creator' : 'group';
}

function showJvm(index) {
  const jvm = report.jvms[index];
  threads = new Threads(jvm, recorded[index]);
  timeline.chosen = null;
  only = ALL;
  byId('selection').hidden = true;
  const parts = [jvm.mainClass, jvm.pid == null ? null : 'pid ' + jvm.pid, jvm.host, jvm.version, jvm.kernel, jvm.from && jvm.from.replace(/\.\d+/, '') + ', ' + time(threads.span)];
  byId('about').textContent = parts.filter(part => part).join(' \u00b7 ');
  byId('jvm').value = index;
  for (const row of byId('fleet-table').querySelectorAll('tr[data-jvm]')) {
    row.dataset.jvm === String(index) ? row.setAttribute('aria-current', 'true') : row.removeAttribute('aria-current');
  }
  byId('kinds').replaceChildren(...threads.kindsHere.map(kind => make('label', {},
    make('input', { type: 'checkbox', value: kind, checked: !NOT_THE_APPLICATIONS.includes(threads.kinds[kind]), onchange: drawThreads }),
    swatch(threads.kinds[kind]), threads.kinds[kind])));
  byId('series').value = seriesAtFirst();
  overTime.choose(threads, byId('series').value);
  byId('partly').hidden = !jvm.kinds.some(kind => kind.before == null || kind.atLeast.includes('before'));
  showFindings(jvm, threads, filter);
  showCreators(jvm, filter);
  showGroups(jvm, filter);
  showLimits(jvm);
  showFigures(jvm);
  fill('list-csv', csvButton('threads', () => threadRows(threads, order)));
  drawThreads();
  showTree(threads, show);
  showComparison(jvm, recorded[index].comparison);
}

/** Without a recording, only other programs have anything to show. */
function showNoJvm() {
  byId('about').textContent = 'Traces of programs, no recording';
  for (const section of document.querySelectorAll('main > section, main > .split')) section.hidden = section.id !== 'programs-section';
}

/** Also goes to where the threads are. */
function filter(label, which) {
  select(label, which);
  byId('threads').scrollIntoView();
}

function scheme(dark) {
  document.documentElement.classList.toggle('dark', dark);
  byId('scheme').textContent = dark ? 'Light theme' : 'Dark theme';
  if (threads) drawThreads();
}

let waiting = 0;
byId('text').addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(drawThreads, PATIENCE);
});
byId('filter').addEventListener('submit', event => event.preventDefault());
byId('order').addEventListener('change', drawThreads);
byId('stack-order').addEventListener('change', () => drawStacks(order));
byId('series').addEventListener('change', () => {
  overTime.choose(threads, byId('series').value);
  drawThreads();
});
byId('unselect').addEventListener('click', unselect);
byId('close').addEventListener('click', hide);
document.addEventListener('keydown', event => event.key === 'Escape' && !byId('detail').hidden && hide());
byId('scheme').addEventListener('click', () => scheme(!document.documentElement.classList.contains('dark')));
addEventListener('resize', () => {
  overTime.resize();
  timeline.resize();
  stackBars.resize();
});
const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', () => scheme(system.matches));
scheme(system.matches);

const jvmOrder = worstFirst(report.jvms);
byId('jvm').replaceChildren(...jvmOrder.map(index => make('option', { value: index }, jvmLabel(report.jvms[index]))));
byId('jvm-choice').hidden = report.jvms.length < 2;
byId('jvm').addEventListener('change', () => showJvm(Number(byId('jvm').value)));
byId('foot').textContent = 'From ' + count(report.files) + ' recording' + (report.files === 1 ? '' : 's') + '. '
  + report.problems.map(problem => problem.file + ' ' + problem.problem + '. ').join('')
  + 'Charts by Apache ECharts ' + echarts.version + '. This page loads nothing.';
showFleet(jvmOrder, showJvm);
showPrograms();
if (jvmOrder.length) showJvm(jvmOrder[0]);
else showNoJvm();

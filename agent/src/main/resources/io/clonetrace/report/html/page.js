// Puts the parts together, and redraws them when the selection changes.
const LARGE = 20000;
const PATIENCE = 150;
let threads = null;
let before = null;

const timeline = new Timeline(byId('timeline'), show);
const stackBars = new StackBars(byId('stacks'), show);

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

function drawThreads() {
  const found = threads.where(byId('text').value, chosenKinds());
  const order = threads.sorted(found, byId('order').value);
  const left = threads.left > 0 ? '; ' + count(threads.left) + ' more with the shortest lives are not in this page' : '';
  byId('shown').textContent = count(found.length) + ' of ' + count(threads.length) + left;
  timeline.draw(threads, order);
  showList(threads, order, show);
  drawStacks(found);
}

function drawStacks(found) {
  const all = found || threads.where(byId('text').value, chosenKinds());
  const measured = all.filter(i => threads.reserved[i] > 0 && threads.depth[i] >= 0);
  const withoutDepth = all.filter(i => threads.touched[i] >= 0 && threads.depth[i] < 0).length;
  const order = threads.sorted(measured, byId('stack-order').value);
  byId('stacks-shown').textContent = order.length > LARGE ? 'the first ' + count(LARGE) + ' of ' + count(order.length) : count(order.length) + ' measured';
  if (withoutDepth > 0) byId('stacks-shown').textContent += '; depth not recorded for ' + count(withoutDepth);
  stackBars.draw(threads, order.slice(0, LARGE));
}

function showJvm(index) {
  const jvm = report.jvms[index];
  threads = new Threads(recorded[index]);
  timeline.chosen = null;
  const parts = [jvm.mainClass, jvm.pid == null ? null : 'pid ' + jvm.pid, jvm.host, jvm.version, jvm.kernel, jvm.from && jvm.from.replace(/\.\d+/, '') + ', ' + time(threads.span)];
  byId('about').textContent = parts.filter(part => part).join(' · ');
  byId('kinds').replaceChildren(...threads.kindsHere.map(kind => make('label', {},
    make('input', { type: 'checkbox', value: kind, checked: threads.kinds[kind] !== 'agent', onchange: drawThreads }),
    make('span', { class: 'swatch', style: false, 'data-kind': threads.kinds[kind] }), threads.kinds[kind])));
  for (const swatch of byId('kinds').querySelectorAll('.swatch')) swatch.style.background = 'var(--' + swatch.dataset.kind + ')';
  showFindings(jvm);
  showFigures(jvm);
  drawThreads();
  showTree(threads, show);
  showCreators(jvm);
  showComparison(jvm, recorded[index].comparison);
}

function scheme(dark) {
  document.documentElement.classList.toggle('dark', dark);
  byId('scheme').setAttribute('aria-pressed', String(dark));
  if (threads) drawThreads();
}

let waiting = 0;
byId('text').addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(drawThreads, PATIENCE);
});
byId('filter').addEventListener('submit', event => event.preventDefault());
byId('order').addEventListener('change', drawThreads);
byId('stack-order').addEventListener('change', () => drawStacks());
byId('close').addEventListener('click', hide);
document.addEventListener('keydown', event => event.key === 'Escape' && !byId('detail').hidden && hide());
byId('scheme').addEventListener('click', () => scheme(!document.documentElement.classList.contains('dark')));
addEventListener('resize', () => {
  timeline.resize();
  stackBars.resize();
});
const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', () => scheme(system.matches));
scheme(system.matches);

byId('jvm').replaceChildren(...report.jvms.map((jvm, index) => make('option', { value: index },
  [jvm.mainClass || 'JVM', jvm.pid == null ? '' : 'pid ' + jvm.pid, jvm.host || ''].join(' ').trim())));
byId('jvm-choice').hidden = report.jvms.length < 2;
byId('jvm').addEventListener('change', () => showJvm(Number(byId('jvm').value)));
byId('foot').textContent = 'From ' + count(report.files) + ' recording' + (report.files === 1 ? '' : 's') + '. '
  + report.problems.map(problem => problem.file + ' ' + problem.problem + '. ').join('')
  + 'Charts by Apache ECharts ' + echarts.version + '. This page loads nothing.';
showJvm(0);

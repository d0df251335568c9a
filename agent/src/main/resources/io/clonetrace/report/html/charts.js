// The charts, on canvas by ECharts: thousands of bars stay responsive, and text on a canvas is never markup.
const NAME_ROOM = 12;
const LABELS = 150;
const BINS = 240;
const COLOURS = 8;
const TOP_SERIES = 7;
const STACKS_AT_FIRST = 25;
const TICKS = 6;

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

function textStyle() {
  return { color: colour('dim'), fontFamily: 'system-ui, sans-serif', fontSize: 11 };
}

function zoomStyle() {
  return { borderColor: colour('line'), fillerColor: colour('mark') + '33', backgroundColor: colour('soft'),
    dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, brushSelect: false,
    textStyle: textStyle(), showDetail: false };
}

/** The step between ticks: a power of two, as sizes are. */
function step(most) {
  return 2 ** Math.ceil(Math.log2(Math.max(TICKS, most) / TICKS));
}

/** A tooltip of text only. */
function tip(lines) {
  const box = document.createElement('div');
  for (const line of lines) box.append(make('div', {}, line));
  box.style.maxWidth = '26rem';
  box.style.whiteSpace = 'normal';
  box.style.overflowWrap = 'anywhere';
  return box;
}

function tooltip(lines) {
  return { confine: true, backgroundColor: colour('paper'), borderColor: colour('line'), textStyle: { color: colour('ink'), fontSize: 12 },
    formatter: point => point.data ? tip(lines(point)) : '' };
}

class Timeline {
  constructor(element, onChosen) {
    this.element = element;
    this.onChosen = onChosen;
    this.chart = echarts.init(element);
    this.chosen = null;
    this.order = [];
    this.chart.on('click', point => this.choose(point.data[3], true));
    this.chart.on('datazoom', () => this.zoomed());
    element.addEventListener('keydown', event => this.key(event));
  }

  draw(threads, order) {
    this.threads = threads;
    this.order = order;
    this.colours = threads.kinds.map(colour);
    const data = order.map((i, row) => [threads.begin(i), threads.finish(i), row, i]);
    // Not progressive, and an element for each bar: ECharts throws when it removes a bar that it has not drawn (CustomView.render).
    const onTop = { type: 'custom', encode: { x: [0, 1], y: 2 }, animation: false, progressive: 0 };
    this.chart.setOption({
      animation: false,
      grid: { left: this.labelRoom() + 12, right: 34, top: 22, bottom: 58 },
      tooltip: tooltip(point => this.lines(point.data[3])),
      xAxis: { type: 'value', min: 0, max: threads.span, axisLabel: { ...textStyle(), formatter: time, hideOverlap: true },
        axisLine: { lineStyle: { color: colour('line') } }, splitLine: { lineStyle: { color: colour('line') } } },
      yAxis: { type: 'value', min: 0, max: Math.max(1, order.length), inverse: true, ...this.rowAxis(order.length) },
      dataZoom: [
        { type: 'inside', xAxisIndex: 0, filterMode: 'weakFilter' },
        { type: 'inside', yAxisIndex: 0, filterMode: 'weakFilter', zoomOnMouseWheel: 'shift', moveOnMouseWheel: 'alt' },
        { type: 'slider', xAxisIndex: 0, filterMode: 'weakFilter', height: 18, bottom: 8, ...zoomStyle() },
        { type: 'slider', yAxisIndex: 0, filterMode: 'weakFilter', width: 18, right: 8, ...zoomStyle() },
      ],
      series: [{ ...onTop, data, renderItem: (parameters, api) => this.bar(parameters, api) }],
    }, true);
  }

  labelRoom() { return Math.min(LABELS, this.element.clientWidth * 0.3); }

  /** The number of rows, unless there is room for the name of each, which its bar draws. */
  rowAxis(rows) {
    this.named = (this.chart.getHeight() - 80) / Math.max(1, rows) >= NAME_ROOM;
    return {
      name: this.named ? '' : 'threads', nameLocation: 'start', nameGap: 8, nameTextStyle: { ...textStyle(), align: 'right' }, minInterval: 1,
      axisTick: { show: false }, axisLine: { lineStyle: { color: colour('line') } }, splitLine: { show: !this.named, lineStyle: { color: colour('line') } },
      axisLabel: { ...textStyle(), show: !this.named, formatter: count },
    };
  }

  /** The rows in sight became other ones. */
  zoomed() {
    const zoom = this.chart.getOption().dataZoom[3];
    const was = this.named;
    const axis = this.rowAxis(this.order.length * (zoom.end - zoom.start) / 100);
    if (this.named !== was) this.chart.setOption({ yAxis: axis });
  }

  bar(parameters, api) {
    const row = api.value(2);
    const thread = api.value(3);
    const from = api.coord([api.value(0), row]);
    const to = api.coord([api.value(1), row + 1]);
    const room = to[1] - from[1];
    const shape = echarts.graphic.clipRectByRect(
      { x: from[0], y: from[1], width: Math.max(1, to[0] - from[0]), height: Math.max(1, room > 4 ? room - 1 : room) },
      { x: parameters.coordSys.x, y: parameters.coordSys.y, width: parameters.coordSys.width, height: parameters.coordSys.height });
    if (!shape) return { type: 'group' };
    const fill = this.colours[this.threads.kind[thread]];
    const style = thread === this.chosen ? { fill, stroke: colour('ink'), lineWidth: 2 } : { fill };
    const rect = { type: 'rect', shape, style };
    if (!this.named || shape.height < room / 2) return rect;
    return { type: 'group', children: [rect, { type: 'text', silent: true, style: { ...textStyle(), fill: colour('dim'), text: this.threads.name[thread] || '(no name)',
      x: parameters.coordSys.x - 8, y: shape.y + shape.height / 2, align: 'right', verticalAlign: 'middle', width: this.labelRoom(), overflow: 'truncate' } }] };
  }

  lines(i) {
    const threads = this.threads;
    return [threads.name[i] + ' (' + threads.kindName(i) + ', tid ' + count(threads.tid[i]).replace(/,/g, '') + ')',
      time(threads.begin(i)) + ' to ' + (threads.end[i] === NOT_RECORDED ? LIVES[threads.life[i]] : time(threads.end[i])),
      'created by ' + (threads.site(i) || threads.creatorName(i) || 'a thread that was not recorded')];
  }

  choose(thread, show) {
    this.chosen = thread;
    this.chart.setOption({ series: [{}] });
    this.chart.dispatchAction({ type: 'hideTip' });
    if (show) this.onChosen(thread);
    else this.element.setAttribute('aria-label', this.lines(thread).join(', '));
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity };
    const zooms = { '+': 0.5, '=': 0.5, '-': 2 };
    if (event.key in steps && this.order.length) {
      const at = this.order.indexOf(this.chosen);
      const next = Math.min(this.order.length - 1, Math.max(0, at + steps[event.key]));
      this.choose(this.order[at < 0 && steps[event.key] > 0 ? 0 : next], false);
      this.reveal(next);
    } else if (event.key in zooms) {
      this.zoom(zooms[event.key]);
    } else if (event.key === 'Enter' && this.chosen != null) {
      this.onChosen(this.chosen);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Rows and time together, around the chosen thread. */
  zoom(factor) {
    const zoom = this.chart.getOption().dataZoom[3];
    const width = Math.min(100, Math.max(100 * 5 / Math.max(5, this.order.length), (zoom.end - zoom.start) * factor));
    const at = this.chosen == null ? (zoom.start + zoom.end) / 2 : 100 * (this.order.indexOf(this.chosen) + 0.5) / this.order.length;
    this.show(at, width);
  }

  reveal(row) {
    const zoom = this.chart.getOption().dataZoom[3];
    const at = 100 * (row + 0.5) / this.order.length;
    if (at < zoom.start || at > zoom.end) this.show(at, zoom.end - zoom.start);
  }

  show(at, width) {
    const start = Math.min(100 - width, Math.max(0, at - width / 2));
    this.chart.dispatchAction({ type: 'dataZoom', dataZoomIndex: 3, start, end: start + width });
  }

  resize() { this.chart.resize(); }
}

class StackBars {
  constructor(element, onChosen) {
    this.chart = echarts.init(element);
    this.element = element;
    this.chart.on('click', point => {
      this.chart.dispatchAction({ type: 'hideTip' });
      onChosen(this.order[point.dataIndex]);
    });
  }

  draw(threads, order) {
    this.order = order;
    const series = (name, value, itemColour) => ({ name, type: 'bar', stack: 'stack', barCategoryGap: '20%', animation: false,
      itemStyle: { color: itemColour }, data: order.map(value), large: false });
    const end = order.length <= STACKS_AT_FIRST ? 100 : 100 * STACKS_AT_FIRST / order.length;
    this.chart.setOption({
      animation: false,
      grid: { left: 8, right: 40, top: 30, bottom: 28, containLabel: true },
      legend: { top: 0, left: 0, textStyle: textStyle(), itemWidth: 14, itemHeight: 10 },
      tooltip: { ...tooltip(point => this.lines(threads, order[point.dataIndex])), trigger: 'item',
        formatter: point => tip(this.lines(threads, order[point.dataIndex])) },
      xAxis: { type: 'value', interval: step(order.reduce((most, i) => Math.max(most, threads.reserved[i]), 0)), axisLabel: { ...textStyle(), formatter: bytes => count(bytes / 1024) + ' KiB', hideOverlap: true },
        splitLine: { lineStyle: { color: colour('line') } } },
      yAxis: { type: 'category', inverse: true, data: order.map(i => threads.name[i]), axisTick: { show: false },
        axisLine: { lineStyle: { color: colour('line') } }, axisLabel: { ...textStyle(), width: Math.min(LABELS, this.element.clientWidth * 0.3), overflow: 'truncate' } },
      dataZoom: [
        { type: 'slider', yAxisIndex: 0, start: 0, end, width: 18, right: 8, ...zoomStyle() },
        { type: 'inside', yAxisIndex: 0, start: 0, end, zoomOnMouseWheel: 'shift', moveOnMouseWheel: 'alt' },
      ],
      series: [
        series('peak depth', i => Math.max(0, threads.depth[i]), colour('peak')),
        series('never used', i => Math.max(0, threads.usable(i) - Math.max(0, threads.depth[i])), colour('free')),
        series('guard zone', i => Math.max(0, threads.guard[i]), colour('guard')),
      ],
    }, true);
  }

  lines(threads, i) {
    return [threads.name[i], 'size ' + exact(threads.reserved[i]) + ', guard zone ' + exact(threads.guard[i]),
      'peak depth ' + exact(threads.depth[i]) + ', in huge pages ' + exact(threads.huge[i])];
  }

  resize() { this.chart.resize(); }
}

/** How many threads lived over time, as areas on each other: a leak is a triangle. */
class OverTime {
  constructor(element, legend, onChosen) {
    this.chart = echarts.init(element);
    this.legend = legend;
    this.onChosen = onChosen;
  }

  /** Which series there are, the same whatever the filter shows, so that each keeps its colour. */
  choose(threads, by) {
    this.threads = threads;
    const names = threads.seriesBy(by);
    const lived = new Map();
    for (let i = 0; i < threads.length; i++) {
      if (!threads.isProcess(i)) lived.set(names(i), (lived.get(names(i)) || 0) + threads.lifetime(i));
    }
    // What was recorded first, by how much of the chart it fills.
    const keys = [...lived].sort((one, other) => (typeof one[0] === 'string') - (typeof other[0] === 'string') || other[1] - one[1]).map(([key]) => key);
    this.keys = keys.length > COLOURS ? keys.slice(0, TOP_SERIES) : keys;
    this.places = new Map(this.keys.map((key, place) => [key, place]));
    this.others = keys.length - this.keys.length;
    this.seriesOf = i => this.places.get(names(i)) ?? this.keys.length;
    this.by = by;
  }

  draw(indexes) {
    const threads = this.threads;
    const titles = this.keys.map(key => threads.seriesTitle(this.by, key));
    if (this.others) titles.push(count(this.others) + ' others');
    const { moments, counts } = threads.overTime(indexes, this.keys.length + 1, this.seriesOf, BINS);
    this.peak = counts.reduce((most, now) => Math.max(most, now.reduce((sum, one) => sum + one, 0)), 0);
    const colours = titles.map((title, place) => colour(place < this.keys.length ? 's' + place : 'vm'));
    const shown = titles.map((title, place) => place).filter(place => counts.some(now => now[place] > 0));
    const sums = shown.map((place, at) => counts.map(now => shown.slice(0, at + 1).reduce((sum, one) => sum + now[one], 0)));
    const lines = index => [time(moments[index]) + ': ' + count(counts[index].reduce((sum, one) => sum + one, 0)) + ' threads',
      ...shown.filter(place => counts[index][place] > 0).reverse().map(place => count(counts[index][place]) + '  ' + titles[place])];
    this.chart.setOption({
      animation: false,
      grid: { left: 8, right: 16, top: 12, bottom: 8, containLabel: true },
      tooltip: { ...tooltip(() => []), trigger: 'axis', formatter: points => points.length ? tip(lines(points[0].dataIndex)) : '' },
      xAxis: { type: 'value', min: 0, max: threads.span, axisLabel: { ...textStyle(), formatter: time, hideOverlap: true },
        axisLine: { lineStyle: { color: colour('line') } }, splitLine: { show: false } },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { ...textStyle(), formatter: count }, splitLine: { lineStyle: { color: colour('line') } } },
      // Each area is drawn from zero to the sum of itself and those below it, the highest first: with two value axes, ECharts would stack the times.
      series: sums.map((sum, at) => ({ name: titles[shown[at]], type: 'line', step: 'end', symbol: 'none', animation: false, z: 2 + sums.length - at,
        lineStyle: { width: 0 }, itemStyle: { color: colours[shown[at]] }, areaStyle: { color: colours[shown[at]], opacity: 1 },
        emphasis: { disabled: true }, data: moments.map((moment, index) => [moment, sum[index]]) })),
    }, true);
    const last = counts[counts.length - 1];
    this.legend.replaceChildren(...shown.map(place => make('li', {}, make('button', { type: 'button', class: 'link', title: 'Show only these threads',
      onclick: () => this.onChosen(titles[place], i => this.seriesOf(i) === place) },
      swatch(place < this.keys.length ? 's' + place : 'vm'), make('span', {}, titles[place])), ' ' + count(last[place]) + ' at the end')));
  }

  resize() { this.chart.resize(); }
}

extension Animation {
  static let script = data + view + drawing + controls

  /// The content, decoded.
  private static let data = #"""
    const n = data.names.length, bins = data.knots.length - 1, by = id => document.getElementById(id);
    const knots = [];
    for (const changes of data.knots)
      knots.push(Float64Array.from(changes, (c, k) => c + (knots.length ? knots[knots.length - 1][k] : 0)));
    const count = data.events.length / 3;
    const first = new Int32Array(count), second = new Int32Array(count), times = new Float64Array(count);
    for (let k = 0, t = 0; k < count; k++) {
      [first[k], second[k]] = [data.events[3 * k], data.events[3 * k + 1]];
      times[k] = (t += data.events[3 * k + 2]) / 1e5;
    }
    // Colours that the colour-blind tell apart (Tol's bright scheme); with more communities shapes tell, too.
    const colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"];
    const marks = ["\u25cf", "\u25a0", "\u25b2", "\u25c6"];
    const colour = g => colours[g % colours.length], shape = g => Math.floor(g / colours.length) % marks.length;
    const members = [];
    data.groups.forEach((g, i) => (members[g] ??= []).push(i));
    const most = Math.max(1, ...data.sizes), least = n > 400 ? 1.8 : n > 60 ? 3 : 4.5;
    const radius = data.sizes.map(s => least * (1 + 2 * Math.sqrt(s / most)));
    const bySize = data.names.map((_, i) => i).sort((a, b) => data.sizes[b] - data.sizes[a]);
    // Seconds since 1970, most likely.
    const isUnixTime = data.start > 5e8 && data.end < 4e9;
    const digits = Math.max(0, 4 - Math.floor(Math.log10(data.end - data.start)));
    function clockText(t) {
      const at = data.start + t * (data.end - data.start);
      const text = digits > 12 || Math.abs(at) > 1e15 ? at.toPrecision(9) : at.toFixed(digits);
      if (!isUnixTime) return "time " + text;
      return `${new Date(1000 * at).toISOString().slice(0, 16).replace("T", " ")} UTC (${text})`;
    }

    """#

  /// What is shown where.
  private static let view = #"""
    const canvas = by("view"), line = by("line"), tip = by("name");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let time = 0, playing = !calm, last = null, pointer = null, pinned = -1, stale = true;
    const hidden = new Set(), x = new Float64Array(n), y = new Float64Array(n), active = new Uint8Array(n);

    // Nearly all of the places of all times: one far node shall not make all others a dot.
    function range(offset) {
      const all = [];
      for (const knot of knots) for (let i = 0; i < n; i++) all.push(knot[2 * i + offset]);
      all.sort((a, b) => a - b);
      return [all[Math.floor(.01 * (all.length - 1))], all[Math.ceil(.99 * (all.length - 1))]];
    }
    const [xl, xh] = range(0), [yl, yh] = range(1);
    const whole = () => ({ zoom: 1, x: (xl + xh) / 2, y: (yl + yh) / 2 });
    let camera = whole();
    const scale = () => .9 * camera.zoom
      * Math.min(canvas.clientWidth / Math.max(xh - xl, 1), canvas.clientHeight / Math.max(yh - yl, 1));

    function place(i, t) {
      const k = Math.max(0, Math.min(bins - 1, Math.floor(t * bins))), f = Math.max(0, t) * bins - k;
      const a = knots[k], b = knots[k + 1], s = scale();
      return [canvas.clientWidth / 2 + s * (a[2 * i] + f * (b[2 * i] - a[2 * i]) - camera.x),
        canvas.clientHeight / 2 - s * (a[2 * i + 1] + f * (b[2 * i + 1] - a[2 * i + 1]) - camera.y)];
    }

    function zoom(factor, at = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }) {
      const before = scale();
      camera.zoom = Math.min(1000, Math.max(.02, camera.zoom * factor));
      const change = 1 / before - 1 / scale();
      camera.x += (at.x - canvas.clientWidth / 2) * change;
      camera.y -= (at.y - canvas.clientHeight / 2) * change;
      stale = true;
    }

    function firstEvent(t) {
      let low = 0, high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] < t) low = middle + 1; else high = middle;
      }
      return low;
    }

    // Pairs with events near a time, and how near and how many they are.
    function meetings(t, half) {
      const found = new Map();
      for (let k = firstEvent(t - half); k < count && times[k] <= t + half; k++) {
        const key = first[k] * n + second[k];
        found.set(key, (found.get(key) ?? 0) + Math.max(0, 1 - Math.abs(times[k] - t) / half));
      }
      return found;
    }

    function nearest() {
      let best = -1, least = 14;
      if (pointer) for (let i = 0; i < n; i++) {
        const d = Math.hypot(x[i] - pointer.x, y[i] - pointer.y) - radius[i];
        if (d < least && !hidden.has(data.groups[i])) [best, least] = [i, d];
      }
      return best;
    }

    """#
}

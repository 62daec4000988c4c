import Foundation
import GP

/// A page of its own with the nodes in motion: play, pause, scrub; names at the pointer; colours by
/// community.
struct Animation {
  let title: String
  let network: DynamicNetwork
  let trajectories: NetworkTrajectories
  let communities: [Int]

  /// More events than these are thinned evenly: a browser draws those near the time shown in each frame.
  private static let mostEvents = 60_000

  private struct Content: Encodable {
    let names: [String]
    let groups: [Int]
    let sizes: [Int]
    /// For each knot x and y of all nodes in turn, in thousandths.
    let knots: [[Int]]
    /// Node, node and time of each event in turn, times in 100,000ths of the span.
    let events: [Int]
    let start, end: Double
    let thinned: Int
  }

  func page() throws -> String {
    let t = trajectories
    let every = max(1, (network.events.count + Self.mostEvents - 1) / Self.mostEvents)
    var degrees = Array(repeating: 0, count: network.count)
    for e in network.events {
      degrees[e.i] += 1
      degrees[e.j] += 1
    }
    let content = Content(
      names: (0..<network.count).map(network.label), groups: communities, sizes: degrees,
      knots: (0...t.bins).map { b in
        (0..<t.nodes).flatMap { i in
          let p = t.position(i, knot: b)
          return [p.x, p.y].map { Int((1000 * min(max($0, -1e9), 1e9)).rounded()) }
        }
      },
      events: stride(from: 0, to: network.events.count, by: every).flatMap { k in
        let e = network.events[k]
        return [e.i, e.j, Int((1e5 * e.time).rounded())]
      }, start: network.start, end: network.end, thinned: every)
    // Within a script element "<" could begin its end.
    let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
      .replacingOccurrences(of: "<", with: "\\u003c")
    let heading = title.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(
      of: "<", with: "&lt;")
    return Self.head + "<title>\(heading)</title>" + Self.style + "<h1>\(heading)</h1>" + Self.body
      + "<script>const data = \(json);\n" + Self.script + "</script>\n</body>\n</html>\n"
  }

  private static let head = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">

    """

  private static let style = """

    <style>
    :root { color-scheme: light dark; --ink: #222; --faint: #8888; --page: #fdfdfc; }
    @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --page: #161618; } }
    body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 16px/1.4 system-ui, sans-serif;
      color: var(--ink); background: var(--page); }
    h1 { font-size: 1.2rem; margin: 0 0 .5rem; }
    canvas { width: 100%; height: min(75vh, 48rem); display: block; border: 1px solid var(--faint);
      border-radius: 6px; }
    .controls { display: flex; gap: .75rem; align-items: center; margin-top: .5rem; flex-wrap: wrap; }
    .controls input[type=range] { flex: 1; min-width: 12rem; }
    output { min-width: 9rem; font-variant-numeric: tabular-nums; }
    #name { position: fixed; pointer-events: none; padding: .15rem .5rem; border-radius: 4px; background: var(--ink);
      color: var(--page); font-size: .85rem; display: none; white-space: nowrap; }
    p { font-size: .85rem; opacity: .8; }
    </style>
    </head>
    <body>

    """

  private static let body = """

    <canvas id="view" aria-label="Nodes in motion"></canvas>
    <div class="controls">
    <button id="play">Pause</button>
    <input id="time" type="range" min="0" max="1" step="0.0005" value="0" aria-label="Time">
    <output id="clock"></output>
    <label>Speed <select id="speed"><option value="60">slow</option><option value="25" selected>normal</option>
    <option value="8">fast</option></select></label>
    </div>
    <p id="caption"></p>
    <div id="name"></div>

    """

  private static let script = #"""
    const n = data.names.length, bins = data.knots.length - 1;
    const canvas = document.getElementById("view"), context = canvas.getContext("2d");
    const slider = document.getElementById("time"), clock = document.getElementById("clock");
    const play = document.getElementById("play"), tip = document.getElementById("name");
    const colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#e07b39", "#7a6fbe",
      "#44aa99", "#999933"];
    const colour = g => g < colours.length ? colours[g] : `hsl(${(g * 137.5) % 360} 55% 50%)`;
    const most = Math.max(1, ...data.sizes);
    const radius = i => 3 + 6 * Math.sqrt(data.sizes[i] / most);
    let time = 0, playing = true, last = null, pointer = null;

    // Nearly all of the places of all times: one far node shall not make all others a dot.
    function range(offset) {
      const all = [];
      for (const knot of data.knots) for (let i = 0; i < n; i++) all.push(knot[2 * i + offset]);
      all.sort((a, b) => a - b);
      return [all[Math.floor(.01 * (all.length - 1))], all[Math.ceil(.99 * (all.length - 1))]];
    }
    const [xl, xh] = range(0), [yl, yh] = range(1);

    function place(i, t, scale, width, height) {
      const k = Math.min(bins - 1, Math.floor(t * bins)), f = t * bins - k, a = data.knots[k], b = data.knots[k + 1];
      const x = a[2 * i] + f * (b[2 * i] - a[2 * i]), y = a[2 * i + 1] + f * (b[2 * i + 1] - a[2 * i + 1]);
      return [width / 2 + scale * (x - (xl + xh) / 2), height / 2 - scale * (y - (yl + yh) / 2)];
    }

    function firstEvent(t) {
      let low = 0, high = data.events.length / 3;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (data.events[3 * middle + 2] < t) low = middle + 1; else high = middle;
      }
      return low;
    }

    function draw() {
      const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const scale = .9 * Math.min(width / Math.max(xh - xl, 1), height / Math.max(yh - yl, 1));
      const places = [];
      for (let i = 0; i < n; i++) places.push(place(i, time, scale, width, height));
      const half = 1e5 / bins / 4;
      context.lineWidth = 1;
      context.strokeStyle = getComputedStyle(document.body).color;
      for (let k = firstEvent(1e5 * time - half); 3 * k < data.events.length; k++) {
        const distance = Math.abs(data.events[3 * k + 2] - 1e5 * time);
        if (data.events[3 * k + 2] > 1e5 * time + half) break;
        context.globalAlpha = .35 * (1 - distance / half);
        context.beginPath();
        context.moveTo(...places[data.events[3 * k]]);
        context.lineTo(...places[data.events[3 * k + 1]]);
        context.stroke();
      }
      context.globalAlpha = .9;
      for (let i = 0; i < n; i++) {
        context.fillStyle = colour(data.groups[i]);
        context.beginPath();
        context.arc(places[i][0], places[i][1], radius(i), 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;
      hover(places);
      const at = data.start + time * (data.end - data.start);
      clock.textContent = "time " + Number(at.toPrecision(9));
    }

    function hover(places) {
      let best = -1, nearest = 14;
      if (pointer) for (let i = 0; i < n; i++) {
        const d = Math.hypot(places[i][0] - pointer.x, places[i][1] - pointer.y);
        if (d < nearest) [best, nearest] = [i, d];
      }
      tip.style.display = best < 0 ? "none" : "block";
      if (best < 0) return;
      tip.textContent = `${data.names[best]} (community ${data.groups[best] + 1}, ${data.sizes[best]} events)`;
      tip.style.left = pointer.left + 14 + "px";
      tip.style.top = pointer.top + 10 + "px";
    }

    function frame(now) {
      if (playing && last !== null) {
        time += (now - last) / 1000 / Number(document.getElementById("speed").value);
        if (time > 1) time = 0;
        slider.value = time;
      }
      last = now;
      draw();
      requestAnimationFrame(frame);
    }

    function setPlaying(on) {
      playing = on;
      play.textContent = on ? "Pause" : "Play";
    }
    play.addEventListener("click", () => setPlaying(!playing));
    slider.addEventListener("input", () => { setPlaying(false); time = Number(slider.value); });
    canvas.addEventListener("pointermove", e => {
      pointer = { x: e.offsetX, y: e.offsetY, left: e.clientX, top: e.clientY };
    });
    canvas.addEventListener("pointerleave", () => { pointer = null; });
    document.getElementById("caption").textContent =
      "Nodes are the larger the more events they have; lines are events near the time shown" +
      (data.thinned > 1 ? `, one of ${data.thinned}` : "") +
      ". Colours are communities. Only distances have a meaning.";
    requestAnimationFrame(frame);

    """#
}

extension Animation {
  /// One frame.
  static let drawing = #"""
    function prepare(canvas) {
      const ratio = window.devicePixelRatio || 1, context = canvas.getContext("2d");
      const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(v => Math.round(v * ratio));
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
      return context;
    }

    function outline(c, i, r, kind) {
      const [a, b] = [x[i], y[i]];
      if (kind === 0) { c.moveTo(a + r, b); c.arc(a, b, r, 0, 2 * Math.PI); }
      else if (kind === 1) c.rect(a - .9 * r, b - .9 * r, 1.8 * r, 1.8 * r);
      else {
        const corners = kind === 2 ? 3 : 4;
        for (let k = 0; k < corners; k++) {
          const turn = 2 * Math.PI * k / corners - Math.PI / 2;
          c[k ? "lineTo" : "moveTo"](a + 1.25 * r * Math.cos(turn), b + 1.25 * r * Math.sin(turn));
        }
        c.closePath();
      }
    }

    function drawView() {
      const c = prepare(canvas), style = getComputedStyle(document.body), ink = style.color;
      const half = .25 / bins, met = meetings(time, half);
      for (let i = 0; i < n; i++) [x[i], y[i]] = place(i, time);
      const isHidden = i => hidden.has(data.groups[i]), friends = new Set();
      const focus = pinned >= 0 && !isHidden(pinned) ? pinned : nearest();
      active.fill(0);
      // Links of like strength are one path: thousands of them stay fluent.
      const strengths = [[], [], [], []], own = [];
      for (const [key, weight] of met) {
        const j = key % n, i = (key - j) / n;
        if (isHidden(i) || isHidden(j)) continue;
        active[i] = active[j] = 1;
        if (i === focus || j === focus) { own.push([i, j]); friends.add(i === focus ? j : i); }
        strengths[Math.min(3, Math.floor(1.5 * Math.log2(1 + weight)))].push(i, j);
      }
      const join = (pairs, alpha, width) => {
        c.globalAlpha = alpha;
        c.lineWidth = width;
        c.strokeStyle = ink;
        c.beginPath();
        for (let k = 0; k < pairs.length; k += 2) {
          c.moveTo(x[pairs[k]], y[pairs[k]]);
          c.lineTo(x[pairs[k + 1]], y[pairs[k + 1]]);
        }
        c.stroke();
      };
      // Hundreds of links are fainter, or nothing else is seen.
      const dim = (focus >= 0 ? .35 : 1) * Math.min(1, Math.sqrt(200 / Math.max(1, met.size)));
      strengths.forEach((pairs, k) => join(pairs, dim * (.15 + .13 * k), .8 + .5 * k));
      if (focus >= 0) {
        drawPath(c, focus);
        join(own.flat(), .9, 1.8);
      }
      members.forEach((nodes, g) => {
        if (hidden.has(g)) return;
        c.strokeStyle = c.fillStyle = colour(g);
        // A short tail tells where a node comes from.
        c.globalAlpha = focus >= 0 ? .1 : .3;
        c.lineWidth = least;
        c.beginPath();
        for (const i of nodes) {
          c.moveTo(...place(i, Math.max(0, time - .4 / bins)));
          c.lineTo(x[i], y[i]);
        }
        c.stroke();
        const bright = i => focus >= 0 ? i === focus || friends.has(i) : active[i];
        for (const isBright of [false, true]) {
          c.globalAlpha = isBright ? 1 : .4;
          c.beginPath();
          for (const i of nodes) if (!!bright(i) === isBright) outline(c, i, radius[i], shape(g));
          c.fill();
          if (!isBright) continue;
          c.strokeStyle = style.backgroundColor;
          c.lineWidth = 1;
          c.stroke();
        }
      });
      label(c, style, focus >= 0 ? [focus, ...friends] : by("names").checked ? bySize : []);
      describe(focus);
    }

    // Where a node was, and where it will be.
    function drawPath(c, i) {
      c.strokeStyle = colour(data.groups[i]);
      c.lineWidth = 1.5;
      for (const [from, to, alpha] of [[0, time, .8], [time, 1, .3]]) {
        c.globalAlpha = alpha;
        c.beginPath();
        c.moveTo(...place(i, from));
        for (let k = Math.floor(from * bins) + 1; k < to * bins; k++) c.lineTo(...place(i, k / bins));
        c.lineTo(...place(i, to));
        c.stroke();
      }
    }

    // Names of the first ones that have room.
    function label(c, style, nodes) {
      c.font = "12px system-ui, sans-serif";
      c.textBaseline = "middle";
      c.globalAlpha = 1;
      c.lineWidth = 3;
      c.lineJoin = "round";
      const taken = [];
      for (const i of nodes) {
        if (taken.length >= 60) break;
        if (hidden.has(data.groups[i])) continue;
        const left = x[i] + radius[i] + 3, width = c.measureText(data.names[i]).width;
        if (left < 0 || left + width > canvas.clientWidth || y[i] < 0 || y[i] > canvas.clientHeight) continue;
        if (taken.some(t => left < t[1] && left + width > t[0] && Math.abs(y[i] - t[2]) < 13)) continue;
        taken.push([left, left + width, y[i]]);
        c.strokeStyle = style.backgroundColor;
        c.strokeText(data.names[i], left, y[i]);
        c.fillStyle = style.color;
        c.fillText(data.names[i], left, y[i]);
      }
    }

    const partners = new Map();
    function partnersOf(i) {
      if (!partners.has(i)) {
        const numbers = new Map();
        for (let k = 0; k < count; k++) if (first[k] === i || second[k] === i) {
          const other = first[k] === i ? second[k] : first[k];
          numbers.set(other, (numbers.get(other) ?? 0) + 1);
        }
        partners.set(i, [...numbers].sort((a, b) => b[1] - a[1]).slice(0, 5).map(p => data.names[p[0]]).join(", "));
      }
      return partners.get(i);
    }

    function describe(i) {
      tip.style.display = i < 0 ? "none" : "block";
      if (i < 0) return;
      tip.textContent = `${data.names[i]}\ncommunity ${data.groups[i] + 1}, `
        + `${data.sizes[i].toLocaleString("en")} events` + (data.sizes[i] ? `\nmost with ${partnersOf(i)}` : "");
      const box = canvas.getBoundingClientRect();
      tip.style.left = Math.max(4, Math.min(box.left + x[i] + 14, innerWidth - tip.offsetWidth - 4)) + "px";
      tip.style.top = Math.max(4, Math.min(box.top + y[i] + 12, box.bottom - tip.offsetHeight - 4)) + "px";
    }

    function drawLine() {
      const c = prepare(line), style = getComputedStyle(document.body), width = line.clientWidth;
      const height = line.clientHeight, tallest = Math.max(1, ...data.counts), step = width / data.counts.length;
      c.fillStyle = style.getPropertyValue("--bar");
      data.counts.forEach((v, k) => {
        const bar = v ? Math.max(1.5, (height - 4) * v / tallest) : 0;
        c.globalAlpha = (k + .5) / data.counts.length <= time ? 1 : .5;
        c.fillRect(k * step, height - bar, Math.max(1, step - .5), bar);
      });
      c.globalAlpha = .4;
      c.fillRect(0, height - 1, width, 1);
      c.globalAlpha = 1;
      c.fillStyle = "#ee6677";
      const at = Math.min(width - 2, Math.max(0, time * width - 1));
      c.fillRect(at, 0, 2, height);
      c.beginPath();
      c.arc(at + 1, 5, 5, 0, 2 * Math.PI);
      c.fill();
      by("clock").textContent = clockText(time);
      line.setAttribute("aria-valuenow", (100 * time).toFixed(1));
      line.setAttribute("aria-valuetext", clockText(time));
    }

    function frame(now) {
      if (playing && last !== null) {
        time += (now - last) / 1000 / Number(by("speed").value);
        if (time > 1) time = 0;
        stale = true;
      }
      last = now;
      if (stale) {
        stale = false;
        drawView();
        drawLine();
      }
      requestAnimationFrame(frame);
    }

    """#
}

extension Animation {
  /// What the reader does.
  static let controls = #"""
    function setPlaying(on) {
      playing = on;
      by("play").textContent = on ? "Pause" : "Play";
    }
    function go(t) { setPlaying(false); time = Math.min(1, Math.max(0, t)); stale = true; }
    by("play").addEventListener("click", () => setPlaying(!playing));
    const scrub = e => go(e.offsetX / line.clientWidth);
    line.addEventListener("pointerdown", e => { line.setPointerCapture(e.pointerId); scrub(e); });
    line.addEventListener("pointermove", e => { if (e.buttons) scrub(e); });

    let moved = 0;
    canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); moved = 0; });
    canvas.addEventListener("pointermove", e => {
      if (e.buttons) {
        moved += Math.hypot(e.movementX, e.movementY);
        camera.x -= e.movementX / scale();
        camera.y += e.movementY / scale();
      }
      pointer = { x: e.offsetX, y: e.offsetY };
      stale = true;
    });
    canvas.addEventListener("pointerup", e => {
      pointer = { x: e.offsetX, y: e.offsetY };
      if (moved < 4) { const i = nearest(); pinned = i === pinned ? -1 : i; }
      stale = true;
    });
    canvas.addEventListener("pointerleave", () => { pointer = null; stale = true; });
    canvas.addEventListener("wheel", e => {
      e.preventDefault();
      zoom(Math.exp(-.0015 * e.deltaY), { x: e.offsetX, y: e.offsetY });
    }, { passive: false });
    function release() { pinned = -1; by("find").value = ""; stale = true; }
    function showAll() { camera = whole(); release(); }
    function bringIntoView(i) {
      const [a, b] = place(i, time), [width, height] = [canvas.clientWidth, canvas.clientHeight];
      if (a > 0 && a < width && b > 0 && b < height) return;
      camera.x += (a - width / 2) / scale();
      camera.y -= (b - height / 2) / scale();
    }
    by("closer").addEventListener("click", () => zoom(1.4));
    by("farther").addEventListener("click", () => zoom(1 / 1.4));
    by("whole").addEventListener("click", showAll);
    by("names").checked = n <= 60;
    by("names").addEventListener("change", () => { stale = true; });
    by("find").addEventListener("input", e => {
      const text = e.target.value.trim().toLowerCase();
      const find = test => data.names.findIndex(name => test(name.toLowerCase()));
      pinned = text === "" ? -1 : find(name => name === text);
      if (text !== "" && pinned < 0) pinned = find(name => name.startsWith(text));
      if (pinned >= 0) {
        hidden.delete(data.groups[pinned]);
        bringIntoView(pinned);
      }
      showLegend();
    });

    function showLegend() {
      by("legend").replaceChildren(...members.map((nodes, g) => {
        const button = document.createElement("button"), mark = document.createElement("span");
        mark.textContent = marks[shape(g)] + " ";
        mark.style.color = colour(g);
        button.append(mark, `community ${g + 1} (${nodes.length.toLocaleString("en")})`);
        button.setAttribute("aria-pressed", String(!hidden.has(g)));
        button.title = "Show or hide";
        button.addEventListener("click", () => {
          if (!hidden.delete(g)) hidden.add(g);
          showLegend();
        });
        return button;
      }));
      stale = true;
    }

    document.addEventListener("keydown", e => {
      if (e.target.matches("input, select, button") && e.key !== "Escape") return;
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const step = (e.shiftKey ? 1 : .1) / bins;
      const actions = {
        " ": () => setPlaying(!playing), ArrowLeft: () => go(time - step), ArrowRight: () => go(time + step),
        Home: () => go(0), End: () => go(1), "+": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: showAll,
        Escape: release,
      };
      if (!(e.key in actions)) return;
      actions[e.key]();
      e.preventDefault();
    });
    addEventListener("resize", () => { stale = true; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { stale = true; });

    by("summary").textContent = `${n.toLocaleString("en")} nodes, ${data.total.toLocaleString("en")} events`;
    by("caption").textContent = "Lines are events near the time shown"
      + (data.thinned > 1 ? `, one of ${data.thinned}` : "")
      + "; nodes without one are pale. The more events a node has, the larger it is. Only distances have a meaning."
      + " Click a node to follow it; drag and scroll to move and zoom."
      + " Keys: space, arrows, home, end, +, -, 0, escape.";
    setPlaying(playing);
    showLegend();
    requestAnimationFrame(frame);

    """#
}

extension Animation {
  static let head = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">

    """

  static let style = """

    <style>
    :root { color-scheme: light dark; --ink: #222; --faint: #8886; --page: #fdfdfc; --bar: #9aa7b5; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e4e2; --page: #15171a; --bar: #5b6875; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 80rem; height: 100vh; min-height: 30rem; padding: .75rem 1rem; display: flex;
      flex-direction: column; gap: .5rem; font: 15px/1.4 system-ui, sans-serif; color: var(--ink);
      background: var(--page); }
    header, .controls, #legend { display: flex; gap: .4rem .75rem; align-items: center; flex-wrap: wrap; }
    header { align-items: baseline; }
    h1 { font-size: 1.2rem; margin: 0; }
    header span, p { font-size: .85rem; opacity: .8; margin: 0; }
    #clock { margin-left: auto; font-variant-numeric: tabular-nums; }
    #view { flex: 1; min-height: 12rem; width: 100%; border: 1px solid var(--faint); border-radius: 6px;
      cursor: grab; touch-action: none; }
    #line { height: 3rem; width: 100%; cursor: ew-resize; touch-action: none; }
    #view:focus-visible, #line:focus-visible { outline: 2px solid #4477aa; outline-offset: 2px; }
    button, select, input { font: inherit; font-size: .85rem; color: inherit; background: none;
      border: 1px solid var(--faint); border-radius: 5px; padding: .15rem .55rem; }
    select option { color: var(--ink); background: var(--page); }
    button { cursor: pointer; }
    button:hover { border-color: currentColor; }
    #play { min-width: 4.5rem; font-weight: 600; }
    #find { width: 9rem; }
    #legend button { border-color: transparent; padding: 0 .3rem; }
    #legend button[aria-pressed=false] { opacity: .35; }
    #name { position: fixed; pointer-events: none; padding: .25rem .55rem; border-radius: 5px; background: var(--ink);
      color: var(--page); font-size: .8rem; display: none; max-width: 20rem; white-space: pre-line; }
    </style>
    </head>
    <body>

    """

  static let body = """
    <span id="summary"></span><output id="clock"></output></header>
    <canvas id="view" tabindex="0" role="img" aria-label="Nodes in motion"></canvas>
    <div id="legend" role="group" aria-label="Communities"></div>
    <canvas id="line" tabindex="0" role="slider" aria-label="Time" aria-valuemin="0" aria-valuemax="100"></canvas>
    <div class="controls">
    <button id="play" title="Space">Pause</button>
    <label>Speed <select id="speed"><option value="120">slow</option><option value="45" selected>normal</option>
    <option value="15">fast</option></select></label>
    <label><input id="names" type="checkbox"> Names</label>
    <input id="find" type="search" placeholder="Find a node" aria-label="Find a node">
    <button id="closer" title="+" aria-label="Zoom in">+</button>
    <button id="farther" title="-" aria-label="Zoom out">&minus;</button>
    <button id="whole" title="0">Whole view</button>
    </div>
    <p id="caption"></p>
    <div id="name"></div>

    """
}

extension Report {
  /// Small on purpose: the system's own face, one column, and colours for a light and for a dark screen. No
  /// rule may hold a character that XML wants escaped.
  static let styleSheet = """
    :root { color-scheme: light dark; --ink: #1f2430; --soft: #5c6473; --line: #dfe3ea; --page: #ffffff;
      --panel: #f7f8fa; --warn: #fff4dc; --warn-line: #d99a1c; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e7ee; --soft: #9aa3b2; --line: #333945;
      --page: #14171c; --panel: #1b1f26; --warn: #33290f; --warn-line: #c9922a; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    h1 { font-size: 1.8rem; line-height: 1.2; margin: 0; }
    h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; padding-bottom: 0.3rem;
      border-bottom: 1px solid var(--line); }
    p { margin: 0.6rem 0; max-width: 46rem; overflow-wrap: anywhere; }
    .subtitle { color: var(--soft); margin-top: 0.3rem; }
    pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem;
      overflow-x: auto;
      font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    caption { caption-side: top; text-align: left; color: var(--soft); padding-bottom: 0.4rem; }
    th, td { padding: 0.35rem 0.9rem; text-align: left; white-space: nowrap;
      border-bottom: 1px solid var(--line); }
    th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
    th.number, td.number { text-align: right; }
    .warnings { background: var(--warn); border-left: 4px solid var(--warn-line); border-radius: 6px;
      padding: 0.8rem 1.1rem; margin: 1.2rem 0; }
    .warnings ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
      gap: 1rem; margin: 1rem 0; align-items: start; }
    figure { margin: 0; padding: 0.7rem; border: 1px solid var(--line); border-radius: 8px;
      background: var(--panel); }
    figure svg { display: block; width: 100%; max-width: 50rem; height: auto; margin: 0 auto; }
    figcaption { color: var(--soft); font-size: 0.88rem; padding: 0.5rem 0.3rem 0; overflow-wrap: anywhere; }
    .note { font-style: italic; }
    @media print { figure, tr { break-inside: avoid; } }
    """
}

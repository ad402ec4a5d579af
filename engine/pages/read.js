// Waits until the page is ready, cannot become so, or the time is up; then walks it if asked, and reports.
const [options, report] = [arguments[0], arguments[arguments.length - 1]];

const look = () => {
  const gate = gate_evidence(options);
  const is_stopped_here = is_stopped(gate);
  return { gate, is_stopped: is_stopped_here, page: is_stopped_here && !reader.is_for_any_page ? null : reader.read(options) };
};

// A document that has only just begun has nothing in it yet, not even its root.
const BEGINNING_MS = 1000;
const has_begun = async () => {
  if (top_window.document.documentElement) return true;
  expect_leave();
  return until(() => top_window.document.documentElement !== null, Math.max(BEGINNING_MS, options.wait_ms || 0));
};

const settle = async () => {
  const end = performance.now() + (options.wait_ms || 0);
  for (;;) {
    const seen = look();
    const is_ready = seen.page !== null && reader.is_ready(seen.page, options);
    if (seen.is_stopped || is_ready || performance.now() >= end) return { ...seen, is_ready };
    expect_leave();
    await change(Math.min(100, Math.max(1, end - performance.now())));
  }
};

const go = async () => {
  if (!(await has_begun())) return { has_moved: true };
  const seen = await settle();
  if (!options.walk || !seen.is_ready) return seen;
  expect_leave();
  const page = await reader.walk(options, seen.page);
  const gate = gate_evidence(options);
  return { gate, page, is_stopped: is_stopped(gate), is_ready: true };
};

// The page is about to be replaced, and with it this script: say so while there is still somebody to say it.
// Nothing can leave in the midst of a look, only while something is waited for.
const SIGNS_OF_LEAVING = ['beforeunload', 'pagehide', 'freeze'];
const leave = () => report({ has_moved: true });
const expect_leave = () => {
  is_waiting = true;
  for (const sign of SIGNS_OF_LEAVING) top_window.addEventListener(sign, leave);
};
let is_waiting = false;
const tell = (answer) => {
  if (is_waiting) for (const sign of SIGNS_OF_LEAVING) top_window.removeEventListener(sign, leave);
  report(answer);
};
go().then((seen) => tell(seen.has_moved ? seen : { ...seen, found: heuristics.found_here() })).catch((error) => tell({ error: `${error}\n${error.stack}` }));

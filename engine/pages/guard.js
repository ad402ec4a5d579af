// One guard over one gesture: in the very event it is asked once more whether the page is as it was proved to be.
// It lives in a world of its own, where the page neither sees nor replaces it.
// Longer than a command may take: whoever ordered the click has given up by then, and the browser with them.
const ON_DUTY_MS = 90000;

const views_shown = () => [...new Set(deep.roots().filter((root) => root.defaultView).map((root) => root.defaultView))];

const stop_event = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

const guard = {
  // `objection`: why this event must not reach the page, null where it may. `last`: what ends the gesture.
  arm(objection, last) {
    const report = { passed: [], stopped: null, is_over: false, is_first: true };
    const object = (event) => {
      try {
        return objection(event, report.passed.length > 0);
      } catch (error) {
        return `${error}`;
      }
    };
    const on_duty = (event, is_first) => {
      // Once stopped is stopped, to the end of the gesture.
      if (!report.stopped) report.stopped = object(event);
      if (report.stopped) stop_event(event);
      else report.passed.push(event.type);
      report.is_over = report.is_over || event.type === last;
      report.is_first = report.is_first && is_first;
    };
    top_window.guard_on_duty = on_duty;
    top_window.guard_report = report;
    setTimeout(() => guard.relieve(on_duty), ON_DUTY_MS);
    for (const view of views_shown()) if (!is_watched(view)) watch(view, false);
  },

  relieve(on_duty = top_window.guard_on_duty) {
    if (top_window.guard_on_duty === on_duty) top_window.guard_on_duty = null;
  },

  // What became of the gesture; null where no guard stood in this document. `is_certain`: it was stopped, and the page
  // heard nothing of it.
  report() {
    const report = top_window.guard_report;
    if (!report) return null;
    if (report.is_over) guard.relieve();
    const { passed, stopped, is_first } = report;
    return { passed, stopped, is_certain: stopped !== null && !passed.length && is_first };
  },
};

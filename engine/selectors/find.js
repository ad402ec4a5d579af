// How elements are found: by every candidate of a key, each held to the key's contract.
const CONTROLS = 'button, a[href], [role=button], [role=link], input[type=submit]';

const fold = (text) =>
  asked_once('folded', text, () => squeeze(text).normalize('NFC').replace(/[’ʼ]/g, "'").replace(/[.…:!]+$/, '').trim().toLowerCase());

const holds_word = (set, text) => {
  const folded = fold(text);
  return (options_of_labels[set] || []).some((word) => folded.includes(fold(word)));
};

// Each label folded; one that ends in a star is a beginning.
const folded_labels = (set) =>
  asked_once('labels', set, () =>
    (options_of_labels[set] || []).map((label) => ({ is_beginning: label.endsWith('*'), folded: fold(label.replace(/\*$/, '')) })),
  );

const label_matches = (set, text) => {
  const folded = fold(text);
  return folded_labels(set).some((label) => (label.is_beginning ? folded.startsWith(label.folded) : folded === label.folded));
};

// A literal text; a star at its end makes it a beginning.
const text_matches = (value, text) =>
  value.endsWith('*') ? fold(text).startsWith(fold(value.slice(0, -1))) : fold(text) === fold(value);

const LINES = 'p, span, div, h1, h2, h3, h4, label, strong, li, summary';
const innermost = (elements) => elements.filter((element) => !elements.some((other) => other !== element && element.contains(other)));

// What every text that meets the pattern holds, to ask the page for fewer elements; '' where nothing is certain.
const literal_of = (pattern) => {
  if (/[|?*{([]|\\[^.]/.test(pattern)) return '';
  const parts = pattern.replace(/\\\./g, '\n').split(/[.+^$]/).map((part) => part.replace(/\n/g, '.'));
  return parts.reduce((one, other) => (other.length > one.length ? other : one)).replace(/["\\]/g, '');
};

const by_kind = {
  test_id: (value, within) => deep.all(`[data-testid="${value}"]`, within),
  view_name: (value, within) => deep.all(`[data-view-name="${value}"]`, within),
  screen: (value, within) => deep.all(`[data-sdui-screen$="${value}"]`, within),
  component_key: (value, within) => {
    const pattern = new RegExp(value);
    const has = (element, name) => pattern.test(element.getAttribute(name) || '');
    const literal = literal_of(value);
    return deep.all(literal ? `[componentkey*="${literal}"], [id*="${literal}"]` : '[componentkey], [id]', within).filter((element) => has(element, 'componentkey') || has(element, 'id'));
  },
  href: (value, within) => deep.all(`a[href*="${value}"]`, within),
  icon: (value, within) =>
    deep
      .all(`svg[id^="${value}"], [data-test-icon^="${value}"]`, within)
      .map((svg) => deep.closest(svg, CONTROLS))
      .filter(Boolean),
  label: (value, within) =>
    deep.all(CONTROLS, within).filter((element) => deep.names(element).some((name) => label_matches(value, name))),
  text: (value, within) => {
    const is_it = (element) => deep.names(element).some((name) => text_matches(value, name));
    const controls = deep.all(CONTROLS, within).filter(is_it);
    return controls.length ? controls : innermost(deep.all(LINES, within).filter((element) => text_matches(value, deep.text(element))));
  },
  css: (value, within) => deep.all(value, within),
};

// Every name it bears is an expected one, or the one a person accepted; what bears none is known by its icon alone.
const is_labelled = (element, set, accepted) => {
  const names = deep.names(element);
  const has_icon = element.querySelector('svg[id^="send-"], [data-test-icon^="send-"]') !== null;
  const is_known = (name) => label_matches(set, name) || (accepted && fold(name) === fold(accepted));
  return names.length ? names.every(is_known) : set === 'send' && has_icon;
};

const is_contained = (element, container, within) => {
  if (container === 'scope') return within !== undefined;
  return find(container).elements.some((around) => around !== element && deep.inside(element, around));
};

const breach = (element, contract, accepted, within) => {
  if (contract.role === 'button' && !deep.is_button(element)) return 'role';
  if (contract.role === 'control' && !deep.is_button(element) && !deep.is_link(element)) return 'role';
  if (contract.container && !is_contained(element, contract.container, within)) return 'container';
  if (contract.visible && !deep.visible(element)) return 'hidden';
  if (contract.labels && !is_labelled(element, contract.labels, accepted)) return 'label';
  if (contract.enabled && !deep.enabled(element)) return 'disabled';
  if (contract.hit_test && !deep.hit(element)) return 'covered';
  return null;
};

const try_out = (candidate, contract, within) => {
  const elements = [...new Set(by_kind[candidate.kind](candidate.value, within))];
  const reasons = elements.map((element) => breach(element, contract, candidate.name, within));
  const good = elements.filter((_, i) => !reasons[i]);
  return { candidate, elements, good, reasons: reasons.filter(Boolean), is_met: contract.count === 'many' ? good.length > 0 : good.length === 1 };
};

const outcome_of = ({ candidate, elements, good, reasons, is_met }) => ({
  kind: candidate.kind, value: candidate.value, count: elements.length, good: good.length, reasons, is_met,
});

// What the last look at each key came to, for the record.
const last_look = new Map();

// Every candidate of a key in one pass, in the order of their worth, each held to the key's contract. `elements`: all that
// meet it, the winner's first, so that whoever acts sees where candidates disagree.
const find = (key, within) => asked_once(key, within || top_window, () => look_for(key, within));
const look_for = (key, within) => {
  const selector = options_of_selectors[key];
  const tried = selector.candidates.map((candidate) => try_out(candidate, selector.contract, within));
  const winner = tried.find(({ is_met }) => is_met) || null;
  const first = winner ? winner.good : [];
  const elements = [...new Set([...first, ...tried.flatMap(({ good }) => good)])];
  const guess = elements.length ? null : heuristics.to_read(selector, within);
  last_look.set(key, { selector, within, tried, winner, guess });
  return {
    elements: guess ? [guess.element] : elements,
    winner: winner && { kind: winner.candidate.kind, value: winner.candidate.value },
    is_heuristic: guess !== null,
    candidates: tried.map(outcome_of),
    by_candidate: tried.map(({ good }) => good),
  };
};
const find_first = (key, within) => {
  const { elements, winner, is_heuristic } = find(key, within);
  return winner || is_heuristic ? elements[0] : null;
};

const options_of_selectors = arguments[0].selectors;
const options_of_labels = arguments[0].labels;

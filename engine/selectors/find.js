// Every candidate of a key in one pass, each held to the key's contract.
const CONTROLS = 'button, a[href], [role=button], [role=link], input[type=submit]';

const fold = (text) => squeeze(text).normalize('NFC').replace(/[’ʼ]/g, "'").replace(/[.…:!]+$/, '').trim().toLowerCase();

const holds_word = (set, text) => {
  const folded = fold(text);
  return (options_of_labels[set] || []).some((word) => folded.includes(fold(word)));
};

// The texts that stand where a label has its stars; null where the label says something else. Both are folded.
const starred = (label, folded) => {
  const parts = fold(label).split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = new RegExp(`^${parts.join('(.+)')}$`, 'su').exec(folded);
  return found && found.slice(1);
};

const label_matches = (set, text) => {
  const folded = fold(text);
  return (options_of_labels[set] || []).some((label) => {
    const at = label.indexOf('*');
    if (at < 0) return folded === fold(label);
    return at === label.length - 1 ? folded.startsWith(fold(label.slice(0, -1))) : starred(label, folded) !== null;
  });
};

const by_kind = {
  test_id: (value, within) => deep.all(`[data-testid="${value}"]`, within),
  view_name: (value, within) => deep.all(`[data-view-name="${value}"]`, within),
  screen: (value, within) => deep.all(`[data-sdui-screen$="${value}"]`, within),
  component_key: (value, within) => {
    const pattern = new RegExp(value);
    const has = (element, name) => pattern.test(element.getAttribute(name) || '');
    return deep.all('[componentkey], [id]', within).filter((element) => has(element, 'componentkey') || has(element, 'id'));
  },
  href: (value, within) => deep.all(`a[href*="${value}"]`, within),
  icon: (value, within) =>
    deep
      .all(`svg[id^="${value}"], [data-test-icon^="${value}"]`, within)
      .map((svg) => deep.closest(svg, CONTROLS))
      .filter(Boolean),
  label: (value, within) =>
    deep.all(CONTROLS, within).filter((element) => deep.names(element).some((name) => label_matches(value, name))),
  css: (value, within) => deep.all(value, within),
};

// Every name it bears is an expected one; what bears none is known by its icon alone.
const is_labelled = (element, set) => {
  const names = deep.names(element);
  const has_icon = element.querySelector('svg[id^="send-"], [data-test-icon^="send-"]') !== null;
  return names.length ? names.every((name) => label_matches(set, name)) : set === 'send' && has_icon;
};

const breach = (element, contract) => {
  if (contract.role === 'button' && !deep.is_button(element)) return 'role';
  if (contract.role === 'control' && !deep.is_button(element) && !deep.is_link(element)) return 'role';
  if (contract.visible && !deep.visible(element)) return 'hidden';
  if (contract.labels && !is_labelled(element, contract.labels)) return 'label';
  if (contract.enabled && !deep.enabled(element)) return 'disabled';
  if (contract.hit_test && !deep.hit(element)) return 'covered';
  return null;
};

// All elements that meet the contract, best candidate first, with what each candidate found.
const find = (key, within) => {
  const selector = options_of_selectors[key];
  const found = [];
  const candidates = selector.candidates.map(({ kind, value }) => {
    const elements = [...new Set(by_kind[kind](value, within))];
    const reasons = elements.map((element) => breach(element, selector.contract));
    elements.forEach((element, i) => {
      if (!reasons[i] && !found.includes(element)) found.push(element);
    });
    return { kind, value, count: elements.length, good: reasons.filter((reason) => !reason).length, reasons: reasons.filter(Boolean) };
  });
  return { elements: found, candidates };
};
const find_first = (key, within) => find(key, within).elements[0] || null;

const options_of_selectors = arguments[0].selectors;
const options_of_labels = arguments[0].labels;

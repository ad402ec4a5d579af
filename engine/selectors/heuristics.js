// When every candidate of a key failed: what stands where it stood, plays its part or bears its name. Only ever proposed.
const options_of_reading = arguments[0];

const heuristics = (() => {
  const MEMBER_ID = /ACoA[\w-]+/g;
  const RANDOM = /[0-9a-f]{8}-[0-9a-f]{4}|ember\d|\d{4,}/i;
  const SHOWN_ATTRIBUTES = ['role', 'type', 'data-testid', 'data-view-name', 'data-sdui-screen', 'componentkey', 'contenteditable', 'aria-haspopup', 'class'];
  // Names of classes that change with every build of the site: they say nothing to a person.
  const HASHED = /(^|\s)_?[0-9a-f]{8}(?=\s|$)/g;
  const ENOUGH = 3;

  const scrub = (text) => text.replace(MEMBER_ID, 'ACoA…').slice(0, 80);
  const shown_value = (element, name) => scrub(name === 'class' ? element.getAttribute(name).replace(HASHED, '').trim() : element.getAttribute(name));

  // A tag with the attributes that say what it is, and nothing that says who.
  const tag_of = (element) => {
    const given = SHOWN_ATTRIBUTES.filter((name) => element.hasAttribute(name)).map((name) => [name, shown_value(element, name)]);
    const shown = given.filter(([name, value]) => value || name !== 'class').map(([name, value]) => ` ${name}="${value}"`);
    return `<${element.localName}${shown.join('')}>`;
  };

  // The structure around and in an element, without any text.
  const fragment_of = (element) => {
    const around = [...deep.ancestors(element)].slice(0, 3).reverse().map(tag_of);
    const inside = [...element.querySelectorAll('*')].slice(0, 8).map(tag_of);
    return [...around, `→ ${tag_of(element)}`, ...inside].join('\n').slice(0, 1500);
  };

  // What is remembered of an element that was found, to know it again by its looks.
  const looks_of = (element) => ({
    tag: element.localName,
    role: element.getAttribute('role') || '',
    test_id: element.getAttribute('data-testid') || '',
    around: (deep.up(element) && deep.up(element).localName) || '',
    fragment: fragment_of(element),
  });

  const reading_parts = { holds: (element, css) => element.querySelector(css) !== null || deep.all(css, element).length > 0 };

  const icon_of = (element) => {
    const icon = element.querySelector('svg[id], [data-test-icon]');
    return icon ? icon.getAttribute('data-test-icon') || icon.id : '';
  };

  // Ways to find an element again, the most stable first; the first that finds it alone is proposed.
  const hooks_of = (element) => {
    const given = (name) => element.getAttribute(name) || '';
    const key = given('componentkey').split(MEMBER_ID).pop().replace(/[^A-Za-z].*$/, '');
    const [name] = deep.names(element);
    const is_control = element.matches(CONTROLS);
    return [
      ['test_id', given('data-testid')],
      ['view_name', given('data-view-name')],
      ['screen', given('data-sdui-screen')],
      ['component_key', RANDOM.test(key) || key.length < 6 ? '' : key],
      ['icon', is_control ? icon_of(element) : ''],
      ['text', is_control && name ? name : ''],
      ['css', css_of(element)],
    ].filter(([kind, value]) => value && (kind === 'text' || kind === 'css' || !RANDOM.test(value)));
  };

  const css_of = (element) => {
    const type = element.getAttribute('type');
    const role = element.getAttribute('role');
    const own = `${element.localName}${role ? `[role="${role}"]` : ''}${type ? `[type="${type}"]` : ''}`;
    const around = deep.closest(element, 'form, dialog, main');
    return own !== element.localName || around ? `${around && around !== element ? `${around.localName} ` : ''}${own}` : '';
  };

  const by_hook = (element, { candidates }, within) => {
    for (const [kind, value] of hooks_of(element)) {
      if (candidates.some((failed) => failed.kind === kind && failed.value === value)) continue;
      const found = by_kind[kind](value, within);
      if (found.length === 1 && found[0] === element) return { kind, value };
    }
    return null;
  };

  // Labels of other keys say that it is something else: Close is never Send.
  const is_named_otherwise = (element, { labels }) => {
    const names = deep.names(element);
    const is = (set) => names.some((name) => label_matches(set, name));
    return Boolean(labels) && !is(labels) && Object.keys(options_of_labels).some(is);
  };

  const shared_steps = (element, other) => {
    const above = [other, ...deep.ancestors(other)];
    return [element, ...deep.ancestors(element)].findIndex((at) => above.includes(at));
  };

  const neighbourhood = (element, near, within) => {
    const others = near ? find(near, within).elements : [];
    const steps = others.map((other) => shared_steps(element, other)).filter((count) => count >= 0);
    const is_in_form = others.some((other) => deep.closest(other, 'form') && deep.closest(other, 'form') === deep.closest(element, 'form'));
    return { steps: steps.length ? Math.min(...steps) : null, is_in_form };
  };

  const rules = (element, { contract, hints, known }, within) => {
    const near = neighbourhood(element, hints.near, within);
    const looks = looks_of(element);
    return {
      name: contract.labels && deep.names(element).some((name) => label_matches(contract.labels, name)) ? 3 : 0,
      form: near.is_in_form ? 2 : 0,
      near: near.steps !== null && near.steps <= 5 ? 1 : 0,
      submits: contract.acts && element.matches('[type=submit]') ? 1 : 0,
      holds: hints.holds && reading_parts.holds(element, hints.holds) ? 2 : 0,
      in_main: element.closest('main, [role=main]') ? 1 : 0,
      tag: known && known.tag === looks.tag ? 1 : 0,
      test_id: known && known.test_id && known.test_id === looks.test_id ? 3 : 0,
      role: known && known.role && known.role === looks.role ? 1 : 0,
      around: known && known.around === looks.around ? 1 : 0,
    };
  };

  const pool_of = ({ contract, hints }, within) => {
    const all = deep.all(contract.role ? CONTROLS : hints.tags.join(', ') || 'none', within);
    const strict = { ...contract, labels: null, enabled: false, hit_test: false };
    const is_possible = (element) => !breach(element, strict, '', within) && !element.closest('nav, header[role=banner], footer') && deep.visible(element);
    const possible = all.filter((element) => is_possible(element) && !is_named_otherwise(element, contract));
    return hints.holds ? possible.filter((element) => reading_parts.holds(element, hints.holds)) : possible;
  };

  // The one element that looks most like it; null where none does, or several do alike.
  const best_guess = (selector, within) => {
    const rated = pool_of(selector, within).map((element) => {
      const why = rules(element, selector, within);
      return { element, why, sum: Object.values(why).reduce((one, other) => one + other, 0) };
    });
    rated.sort((one, other) => other.sum - one.sum || (one.element.contains(other.element) ? 1 : -1));
    const [first, second] = rated;
    if (!first || first.sum < ENOUGH) return null;
    const is_alone = !second || second.sum < first.sum || (!selector.contract.role && second.element.contains(first.element));
    return is_alone ? first : null;
  };

  const as_proposal = ({ element, why, sum }, selector, within) => {
    const hook = by_hook(element, selector, within);
    const names = element.matches(CONTROLS) ? deep.names(element) : [];
    return hook && { ...hook, name: names.length === 1 ? names[0].slice(0, 100) : '', why: { ...why, sum }, after: fragment_of(element) };
  };

  // Read with what was proposed, or looks like it: never what could be clicked, never in a script that hands elements over.
  const guess_to_read = (selector, within) => {
    const options = options_of_reading;
    if (!options.may_guess || options.elements || !selector.may_be_guessed || !is_expected(selector)) return null;
    for (const candidate of selector.proposed) {
      const { is_met, good } = try_out(candidate, selector.contract, within);
      if (is_met) return { element: good[0] };
    }
    return best_guess(selector, within);
  };

  // A key is expected where its page is; what is looked for within something, wherever it is looked for.
  const is_expected = ({ contract }) =>
    Boolean(contract.expected_at) && new URL(address_of(options_of_reading)).pathname.startsWith(contract.expected_at);

  const TRANSIENT = ['hidden', 'disabled', 'covered'];

  const report_of = (key, { selector, within, tried, winner, guess }) => {
    const is_there = tried.some(({ good, reasons }) => good.length || reasons.some((reason) => TRANSIENT.includes(reason)));
    const is_missed = !is_there && is_expected(selector);
    const best = is_missed ? guess || best_guess(selector, within) : null;
    return {
      key,
      is_missed,
      is_heuristic: guess !== null,
      winner: winner && { kind: winner.candidate.kind, value: winner.candidate.value, looks: looks_of(winner.good[0]) },
      candidates: tried.map(outcome_of),
      proposal: best && best.why ? as_proposal(best, selector, within) : null,
    };
  };

  // All keys that were looked for: who won, what each candidate found, and what is proposed where all of them failed.
  // A page that gets in the way of the record costs its own record, never the reading.
  const found_here = () =>
    [...last_look].flatMap(([key, look]) => {
      try {
        return [report_of(key, look)];
      } catch {
        return [];
      }
    });

  // What every key finds on the whole page, whether anybody asked for it or not.
  const survey = () =>
    Object.fromEntries(
      Object.values(options_of_selectors).map((selector) => {
        const tried = selector.candidates.map((candidate) => try_out(candidate, { ...selector.contract, container: null }, undefined));
        const winner = tried.find(({ is_met }) => is_met);
        const visible = tried.map(({ elements }) => elements.filter(deep.visible).length);
        const candidates = tried.map((each, i) => ({ ...outcome_of(each), visible: visible[i] }));
        return [selector.key, { winner: winner ? { kind: winner.candidate.kind, value: winner.candidate.value } : null, is_expected: is_expected(selector), candidates }];
      }),
    );

  return { to_read: guess_to_read, found_here, survey };
})();

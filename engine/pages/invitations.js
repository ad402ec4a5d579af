// The sent invitations row by row, and the question that a click on "Withdraw" opens.
const QUESTION = 'dialog, [role=dialog], [role=alertdialog], [aria-modal="true"], [data-test-modal]';
const LIST_KEY = 'invitations.list';
const ROW_KEY = 'invitations.row';

const withdraw_controls = (within) => surely('invitations.withdraw', within);
const row_withdraws = (row) => once('withdraw', row, () => withdraw_controls(row));

const list_worth = (row) => (row_withdraws(row).length ? 1000 : 0) + (row.querySelector('time') ? 10 : 0) + (row.closest('[data-testid="lazy-column"]') ? 1 : 0);

const sent_list = (options) => {
  const main = stands_at(/\/invitation-manager\/sent/, options) ? page_main() : null;
  return { main, list: main && best_list(main, options, list_worth) };
};

// Where nothing is marked as a row, a row is the widest box around a control that is about one person.
const loose_rows = (main, rows, options) =>
  withdraw_controls(main)
    .filter((control) => !rows.some((row) => row.contains(control)) && !control.closest(BESIDE))
    .map((control) => {
      let row = null;
      for (let box = control.parentElement; box && box !== main; box = box.parentElement) {
        if (withdraw_controls(box).length > 1) break;
        if (person_of(box, options)) row = box;
      }
      return row;
    })
    .filter(Boolean);

const sent_rows = (options) => {
  const { main, list } = sent_list(options);
  const rows = list ? person_rows(list, options) : [];
  const loose = main && !rows.length ? outermost([...new Set(loose_rows(main, rows, options))]) : [];
  return { main, list, rows: [...rows, ...loose] };
};

const read_invitation = (row, options) => once('invitation', row, () => make_invitation(row, options));
const make_invitation = (row, options) => {
  const person = person_of(row, options);
  const controls = row_withdraws(row);
  const is_control = (element) => element.matches(CONTROLS) && !person_in(resolve(element, options));
  const [control] = controls;
  return {
    ...person,
    times: deep.all('time', row).map(deep.text).filter(Boolean),
    lines: said_in(row, is_control).filter((line) => line !== person.name),
    has_withdraw: controls.length === 1,
    withdraw: controls.length === 1 ? { tag: control.localName, text: deep.text(control), aria_label: control.getAttribute('aria-label') } : null,
  };
};

// "People (37)": the network's own count, of people only.
const total_of = (main) => {
  const chips = main ? find('invitations.count', main).elements.filter((chip) => !/ORGANIZATION|EVENT|NEWSLETTER/i.test(chip.getAttribute('href'))) : [];
  const counts = chips.map((chip) => /\(\s*(\d[\d\s.,'’]*)\)/.exec(deep.text(chip))).filter(Boolean).map((found) => number_in(found[1]));
  return new Set(counts).size === 1 ? counts[0] : null;
};

const is_theirs = (item, options) =>
  (item.slug && (options.slugs || []).includes(item.slug)) || (item.member_id && (options.ids || []).includes(item.member_id));

// The part of a label that names somebody: what stands behind a known beginning.
const named_in = (set, text) => {
  const folded = fold(text || '');
  const starts = options_of_labels[set].filter((label) => label.endsWith('*')).map((label) => fold(label.slice(0, -1)));
  const start = starts.filter((each) => folded.startsWith(each)).sort((one, other) => other.length - one.length)[0];
  return start === undefined ? null : folded.slice(start.length).trim();
};

// The name between words, not as a part of a longer one.
const names_person = (text, name) => {
  const quoted = fold(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return quoted !== '' && new RegExp(`(^|[^\\p{L}\\p{N}])${quoted}($|[^\\p{L}\\p{N}])`, 'u').test(fold(text));
};

// What asks before it withdraws: a dialog, or whatever holds the button beside one that cancels.
const question_around = (button, main) => {
  const dialog = deep.closest(button, QUESTION);
  if (dialog) return dialog;
  for (const box of deep.ancestors(button)) {
    if (box === main || box.contains(main)) return null;
    const others = deep.all(CONTROLS, box).filter((other) => other !== button && deep.visible(other));
    if (others.some((other) => deep.names(other).some((name) => label_matches('cancel', name)))) return box;
  }
  return null;
};

const questions = (rows, main) => {
  const own = new Set(rows.map((row) => row_withdraws(row)[0]).filter(Boolean));
  const buttons = deep.all('button, [role=button]').filter((button) => !own.has(button) && deep.visible(button) && deep.names(button).some((name) => label_matches('withdraw', name)));
  return [...new Set(buttons.map((button) => question_around(button, main)).filter(Boolean))];
};

// By what a question is about this person: the row's own label, a label that names them, or its text.
const proof_of = (question, button, name, row_label) => {
  const label = button.getAttribute('aria-label');
  const named = named_in('withdraw', label);
  if (named) return named === fold(name) || (row_label && fold(label) === fold(row_label) && names_person(label, name)) ? 'label' : null;
  return names_person(deep.rich(question), name) ? 'text' : null;
};

const read_question = (rows, main, options) => {
  const open = questions(rows, main);
  const buttons = open.length === 1 ? surely('invitations.confirm', open[0]).filter((button) => deep.is_button(button)) : [];
  const [button] = buttons;
  return {
    open: open.length,
    buttons: buttons.length,
    label: button ? button.getAttribute('aria-label') : null,
    proved_by: button && options.name ? proof_of(open[0], button, options.name, options.row_label) : null,
    container: open.length ? open[0].getAttribute('role') || open[0].localName : null,
    element: options.elements && buttons.length === 1 ? deep.hand_over(button) : null,
  };
};

// The question as it stands, and whether the person still has their one row.
const asked_now = (options) => {
  const { main, rows } = sent_rows(options);
  const own = rows.filter((row) => is_theirs(read_invitation(row, options), options));
  const [question, ...others] = questions(rows, main);
  const buttons = question ? surely('invitations.confirm', question).filter((button) => deep.is_button(button)) : [];
  const text = question && !others.length ? deep.rich(question) : null;
  return { question, button: buttons.length === 1 ? buttons[0] : null, asks: JSON.stringify([text, own.length]) };
};

// Why an event must not reach the page: what was read when the guard came differs, or the event hits another element.
const objection_to_answer = (options) => {
  const proved = asked_now(options);
  const names = JSON.stringify(deep.names(proved.button));
  return (event, is_begun) => {
    const now = asked_now(options);
    if (!now.question || now.asks !== proved.asks) return 'the question changed';
    if (!is_begun && !now.button) return 'the answer changed';
    const [target] = event.composedPath();
    const button = [now.button, proved.button].find((one) => one && deep.inside(target, one));
    if (!button || !deep.inside(button, now.question)) return 'another element is hit';
    return JSON.stringify(deep.names(button)) === names ? null : 'the button bears another name';
  };
};

const read_target = (rows, items, options) => {
  const own = rows.filter((_, i) => is_theirs(items[i], options));
  const item = items[rows.indexOf(own[0])] || null;
  const controls = own.length === 1 ? withdraw_controls(own[0]) : [];
  const [control] = controls;
  if (control && options.elements && !options.clicked) control.scrollIntoView({ block: 'center' });
  return {
    count: own.length,
    item,
    is_clicked: Boolean(control && options.clicked === control),
    element: options.elements && controls.length === 1 ? deep.hand_over(control) : null,
  };
};

const more_invitations = (main) => {
  const buttons = main ? surely('invitations.load_more', main) : [];
  return buttons.filter((button) => !button.closest(`${ROW}, ${BESIDE}`)).pop() || null;
};

const reader = {
  read(options) {
    const { main, rows } = sent_rows(options);
    const items = rows.map((row) => read_invitation(row, options));
    const held = new Set(rows);
    const nameless = main ? withdraw_controls(main).filter((control) => !deep.inside_any(control, held) && !control.closest(BESIDE)).length : 0;
    const question = read_question(rows, main, options);
    if (options.guard && question.buttons === 1) guard.arm(objection_to_answer(options), 'click');
    const empty = main && !rows.length ? deep.rich(main) : '';
    return {
      has_list: main !== null,
      items,
      unread: nameless,
      total: total_of(main),
      says_empty: has_word('no_invitations', empty),
      is_busy: Boolean(main && is_busy(main)),
      target: read_target(rows, items, options),
      question,
      guard: guard.report(),
    };
  },

  is_ready(page, options) {
    if (options.wait_for === 'question') return page.question.open > 0 && page.question.buttons > 0;
    if (options.wait_for === 'gone' && page.guard && page.guard.is_certain) return true;
    if (options.wait_for === 'gone') return page.target.count === 0 && page.question.open === 0 && (options.total === null || (page.total !== null && page.total < options.total));
    return page.items.length > 0 || (page.has_list && !page.is_busy && (page.total === 0 || page.says_empty));
  },

  walk: (options) =>
    walk_list(options, {
      read: () => reader.read(options),
      last_row: () => { const { main, rows } = sent_rows(options); return rows[rows.length - 1] || main; },
      more_button: () => more_invitations(page_main()),
      is_enough: (page, seen) => (options.find ? page.target.count > 0 : seen.size >= options.most),
    }),
};

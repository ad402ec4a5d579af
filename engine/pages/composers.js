// Every message composer on the page, in whatever container it came, with what proves whose it is.
const OUTLETS = '#interop-outlet, [data-testid="interop-shadowdom"], iframe[data-testid="interop-iframe"]';
const DIALOGS = 'dialog, [role=dialog], [aria-modal="true"]';
const BUBBLES = '.msg-overlay-conversation-bubble, .msg-convo-wrapper, .scaffold-layout__detail';
// Rows of other conversations and menus: whoever stands there is not who this composer writes to.
const LISTS = 'ul, ol, [role=list], [role=listbox], nav, [role=navigation], [role=menu]';
const PERSON_ATTRIBUTE = /recipient|profile|member|participant|componentkey|^id$|^value$/i;
const THREAD_URN = /conversation|thread|mailbox|event|message/i;

const box_text = (box) => (box.localName === 'textarea' || box.localName === 'input' ? box.value : deep.rich(box));

const boxes_shown = () => {
  const found = find('composer.box').elements;
  return found.filter((box) => !found.some((other) => other !== box && other.contains(box)) && !box.closest('[role=search]'));
};

const container_of = (box, options) => {
  if (deep.frame_of(box)) return 'frame';
  if (box.getRootNode().host) return 'shadow';
  if (deep.closest(box, DIALOGS) && !deep.closest(box, BUBBLES)) return 'modal';
  return /^\/messaging\//.test(new URL(address_of(options)).pathname) && box.closest('main, [role=main]') ? 'page' : 'overlay';
};

const message_items = (within) => {
  const items = outermost(find('thread.message', within).elements);
  return items.sort((one, other) => (one.compareDocumentPosition(other) & 4 ? -1 : 1));
};

// The list that holds the conversation: the recognised one, else the box around all messages.
const thread_list = (surface, box) => {
  const items = message_items(surface);
  const is_apart = (list) => list !== surface && deep.inside(list, surface) && !list.contains(box);
  const logs = outermost(deep.all('[role=log], [class*="msg-s-message-list"]', surface).filter((list) => is_apart(list) && !box.contains(list)));
  if (!items.length) return logs[0] || null;
  const holds_all = (list) => items.every((item) => item !== list && deep.inside(item, list));
  const around = [...deep.ancestors(items[0])].find((at) => holds_all(at) && at.localName !== 'li');
  return logs.find(holds_all) || (around && is_apart(around) ? around : null);
};

const ids_in_attributes = (element) =>
  [...element.attributes]
    .filter(({ name, value }) => (PERSON_ATTRIBUTE.test(name) || /^data-/.test(name)) && name !== 'href' && !THREAD_URN.test(`${name} ${value}`))
    .flatMap(({ value }) => value.match(/ACoA[\w-]+/g) || []);

// Links and attributes that name a person. Those inside a message only say who wrote it.
const people_in = (elements, options) => {
  const [slugs, ids] = [new Set(), new Set()];
  for (const element of elements) {
    for (const id of ids_in_attributes(element)) ids.add(id);
    if (!deep.is_link(element)) continue;
    const url = resolve(element, options);
    const person = person_in(url) || recipient_in(url);
    if (!person) continue;
    (is_member_id(person) ? ids : slugs).add(is_member_id(person) ? person : person.toLowerCase());
  }
  return { slugs: [...slugs], ids: [...ids] };
};

// Lists within the thread's box that hold none of its messages; while there are none, all of them where there are several.
const strange_lists = (list, items) => {
  const lists = list ? outermost(deep.all('ul, ol, [role=list], [role=listbox]', list)) : [];
  if (!items.length) return new Set(lists.length > 1 ? lists : []);
  return new Set(lists.filter((one) => !items.some((item) => deep.inside(item, one))));
};

const evidence_in = (surface, box, options) => {
  const list = thread_list(surface, box);
  const lists = new Set(deep.all(LISTS, surface).filter((other) => other !== list && !(list && (other.contains(list) || list.contains(other)))));
  const items = new Set(message_items(surface));
  const all = [surface, ...deep.all('*', surface)].filter((element) => !box.contains(element) || element === box);
  const in_thread = (element) => list !== null && deep.inside(element, list);
  const head = all.filter((element) => !in_thread(element) && !deep.inside_any(element, lists));
  const outside = people_in(head, options);
  if (has_people(outside)) return { ...outside, where: 'header' };
  // The card of the other person at the beginning of a thread; the authors' links inside messages prove nothing.
  const strange = strange_lists(list, [...items]);
  const inner = all.filter((element) => in_thread(element) && !deep.inside_any(element, items) && !deep.inside_any(element, strange));
  const people = people_in(inner, options);
  return { ...people, where: has_people(people) ? 'thread' : null };
};

const has_people = (people) => people.slugs.length > 0 || people.ids.length > 0;

// The composer's own bubble or dialog; else the smallest box around it that says whose it is, never wider than main.
const surface_of = (box, boxes, options) => {
  const is_shared = (at) => boxes.some((other) => other !== box && deep.inside(other, at));
  const marked = [...deep.ancestors(box)].filter((at) => at.matches(`${BUBBLES}, ${DIALOGS}`) && !is_shared(at));
  if (marked.length) return marked.pop();
  let widest = box;
  for (const at of deep.ancestors(box)) {
    if (at.matches('body, html, iframe') || at === box.getRootNode().host || is_shared(at)) break;
    widest = at;
    if (at.matches('main, [role=main]')) break;
    if (!at.closest('form') && evidence_in(at, box, options).where === 'header') break;
  }
  return widest;
};

const title_of = (surface) => {
  const marked = deep.all('.msg-overlay-bubble-header__title, [id*="message-overlay-title"], .msg-entity-lockup__entity-title, h1, h2, h3', surface);
  const shown = [...marked, ...deep.all('header p, p', surface)].filter((element) => deep.visible(element) && deep.text(element));
  return shown.length ? deep.text(shown[0]) : null;
};

const pills_in = (surface) =>
  [...new Set(deep.all('.artdeco-pill__text, [data-testid*="recipient-pill"], [class*="recipient"] [class*="pill"]', surface).map(deep.text))].filter(Boolean);

// Whose pictures stand above the thread.
const faces_in = (surface, box) => {
  const list = thread_list(surface, box);
  const images = deep.all('img[alt]', surface).filter((image) => !box.contains(image) && !(list && deep.inside(image, list)));
  return [...new Set(images.map((image) => squeeze(image.alt)))].filter(Boolean);
};

const send_scope = (surface, box) => {
  const form = deep.closest(box, 'form');
  return form && deep.inside(form, surface) ? form : surface;
};

const shown_buttons = (scope, css) => deep.all(css, scope).filter((button) => deep.visible(button));

// What could be a button to send with, whatever is wrong with it: then Enter is not the only way, or no way at all.
const could_send = (scope) => {
  const { candidates } = options_of_selectors['composer.send'];
  const named = candidates.flatMap(({ kind, value }) => by_kind[kind](value, scope)).filter(deep.visible);
  const submits = shown_buttons(scope, 'button, input').filter((button) => button.form && /^(submit|image)$/.test(button.type));
  const said = shown_buttons(scope, CONTROLS).filter((button) => deep.names(button).some((name) => label_matches('send', name)));
  return [...named, ...submits, ...said].length > 0;
};

const CHOICES = '[role=radio], [role=menuitemradio], [role=option], input[type=radio], [role=menu], [role=listbox], [role=radiogroup], fieldset';
const is_chosen = (choice) => choice.checked === true || ['aria-checked', 'aria-selected'].some((name) => choice.getAttribute(name) === 'true');

// A choice between two ways of sending is an answer only by what is chosen; it is read before any hint beside it.
const choices_of_sending = (scope) => {
  const choices = deep.all('[role=radio], [role=menuitemradio], [role=option], input[type=radio]', scope);
  const named = choices.map((choice) => ({ choice, names: [...deep.names(choice), ...[...(choice.labels || [])].map(deep.text)] }));
  return named
    .filter(({ names }) => names.some((name) => label_matches('enter_sends', name) || label_matches('click_sends', name)))
    .map(({ choice, names }) => ({ is_enter: names.some((name) => label_matches('enter_sends', name)), is_chosen: is_chosen(choice) }));
};

const described_by = (box) =>
  (box.getAttribute('aria-describedby') || '').split(/\s+/).filter(Boolean).map((id) => box.getRootNode().getElementById(id)).filter(Boolean);

// Where the page itself says, in words that are known, that Enter sends: beside the box, never in a menu or in the text.
const hints_of_enter = (scope, box) => {
  const is_hint = (line) => !box.contains(line) && line.textContent.length < 100 && label_matches('enter_sends', deep.text(line));
  const lines = innermost(deep.all('*', scope).filter(is_hint));
  const beside = lines.filter((line) => deep.visible(line) && !deep.closest(line, CHOICES) && !deep.closest(line, CONTROLS));
  const told = [box.getAttribute('aria-description') || '', ...described_by(box).map(deep.text)];
  return [...beside.map(deep.text), ...told.filter((text) => label_matches('enter_sends', text))];
};

// The hint where Enter certainly sends from this box; null in every other case.
const enter_sends = (scope, box, hint) => {
  if (!hint || could_send(scope)) return null;
  const choices = choices_of_sending(scope);
  const contradicts = choices.some(({ is_enter, is_chosen }) => is_enter !== is_chosen);
  const key = box.getAttribute('enterkeyhint');
  return !contradicts && (!key || key === 'send') ? hint : null;
};

// `by`: what sends, "button" or "enter"; null where that is not certain.
const send_state = (surface, box) => {
  const scope = send_scope(surface, box);
  const { elements, candidates } = find('composer.send', scope);
  const [said = null] = hints_of_enter(scope, box);
  const hint = elements.length ? null : enter_sends(scope, box, said);
  const of_box = [deep.enabled(box) ? null : 'disabled', deep.hit(box) ? null : 'covered'].filter(Boolean);
  const reasons = hint ? of_box : [...new Set(candidates.flatMap((candidate) => candidate.reasons))];
  // A button on a page that says that Enter sends is somebody's, and not certainly the one.
  if (said && elements.length) reasons.push('Enter is said to send');
  const by = elements.length === 1 && !said ? 'button' : hint && !reasons.length ? 'enter' : null;
  return { by, count: elements.length, reasons, elements, labels: hint ? [[hint]] : elements.map(deep.names) };
};

const CLOSE_ICON = 'svg[id^="close-"], [data-test-icon^="close-"]';

// What a control says to whoever sees it, and to whoever only hears it.
const all_names = (button) => [...new Set([...deep.names(button), squeeze(button.textContent)])].filter(Boolean);

// A close control is known by every one of its names, or by its icon where it has no name.
const is_close = (button) => {
  const names = all_names(button);
  return names.length ? names.every((name) => label_matches('close', name)) : button.querySelector(CLOSE_ICON) !== null;
};

// Only what stands in the composer itself, before what is written: a banner's or an attachment's own cross closes nothing.
const close_buttons = (surface, box) => {
  const form = deep.closest(box, 'form');
  const is_apart = (button) => !form || !form.contains(button) || deep.closest(button, DIALOGS) !== deep.closest(form, DIALOGS);
  return find('composer.close', surface).elements.filter((button) => is_close(button) && deep.hit(button) && is_apart(button));
};

// The one control that closes this composer: alone, or alone before the thread and the box.
const close_of = (surface, box) => {
  const all = close_buttons(surface, box);
  const list = thread_list(surface, box);
  const heads = all.filter((button) => [list, box].every((part) => !part || (button.compareDocumentPosition(part) & 4 && !part.contains(button))));
  const found = heads.length ? heads : all;
  return found.length === 1 ? found[0] : null;
};

const is_messaging = (box, options) => {
  if (deep.closest(box, OUTLETS) || box.getRootNode().host || deep.closest(box, '[class^="msg-"], [class*=" msg-"]')) return true;
  if (deep.closest(box, '[data-sdui-screen*="essag"]')) return true;
  const is_in_main = box.closest('main, [role=main]') !== null;
  if (is_in_main ? /^\/messaging\//.test(new URL(address_of(options)).pathname) : !box.closest('header, nav, [role=search]')) return true;
  const around = deep.closest(box, `form, ${DIALOGS}`) || deep.up(box);
  const controls = deep.all(CONTROLS, around).filter((control) => !box.contains(control));
  return controls.some((control) => deep.names(control).some((name) => label_matches('send', name)));
};

// Keys go to the innermost focused element: through every shadow root, and through the frame that has the focus.
const has_focus = (box) => {
  let at = box.ownerDocument.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || !deep.inside(at, box)) return false;
  const frame = deep.frame_of(box);
  return !frame || has_focus(frame);
};

const composers = (options) => {
  const boxes = boxes_shown().filter((box) => is_messaging(box, options));
  return boxes.map((element) => {
    const surface = surface_of(element, boxes, options);
    const send = send_state(surface, element);
    const close = close_of(surface, element);
    const sender = { enter: element, button: send.elements[0] }[send.by] || null;
    const control = options.elements;
    return {
      container: container_of(element, options),
      box: { tag: element.localName, text: box_text(element), has_focus: has_focus(element) },
      recipient: { ...evidence_in(surface, element, options), name: title_of(surface), pills: pills_in(surface) },
      faces: faces_in(surface, element),
      send: { by: send.by, count: send.count, reasons: send.reasons, labels: send.labels },
      close: close ? all_names(close).join(' · ') || 'close' : null,
      frame: control ? deep.hand_over_frame(element) : null,
      close_element: control && close ? deep.hand_over(close) : null,
      nodes: { surface, element, send: sender },
    };
  });
};

// The middle of an element as the top window's pointer knows it.
const point_of = (element) => {
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const frame = deep.frame_of(element);
  if (!frame) return [x, y];
  const outer = frame.getBoundingClientRect();
  const [left, top] = point_of(frame);
  return [left - outer.width / 2 + frame.clientLeft + x, top - outer.height / 2 + frame.clientTop + y];
};

// Why an event must not reach the page: something of what was read when the guard came differs, or it hits another control.
// A control that was pressed already may be disabled or rendered anew; its names stay.
const objection_to = (proved, options) => {
  const { by, labels } = proved.send;
  const person = JSON.stringify(proved.recipient);
  return (event, is_begun) => {
    const all = composers(options);
    const [now] = all;
    if (all.length !== 1) return `${all.length} conversations are open`;
    if (JSON.stringify(now.recipient) !== person) return 'the recipient changed';
    if (now.box.text !== proved.box.text) return 'the text changed';
    if (!is_begun && now.send.by !== by) return 'the way to send changed';
    const [target] = event.composedPath();
    if (event.type === 'submit') return target.contains(now.nodes.element) ? null : 'another form is submitted';
    if (by === 'enter') return deep.inside(target, now.nodes.element) ? null : 'another box has the focus';
    const control = [now.nodes.send, proved.nodes.send].find((one) => one && deep.inside(target, one));
    if (!control || !deep.inside(control, now.nodes.surface)) return 'another element is hit';
    return JSON.stringify(deep.names(control)) === JSON.stringify(labels[0]) ? null : 'the control bears another name';
  };
};

// What can be reported: the nodes stay in the page.
const bare = ({ nodes, ...composer }) => composer;

// The birthday list, card by card, and the walk to its proven end.
const CARD = '[role=listitem], li, [data-view-name="nurture-card"]';
const OTHER_LIST = '[data-testid*="carousel"], nav, header, footer, dialog, [role=dialog], [role=menu]';

const birthday_root = (options) => {
  const { winner, elements } = find('birthdays.list');
  const main = stands_at(/\/catch-up\/birthday/, options) ? top_window.document.querySelector('main, [role=main]') : null;
  // The main part holds the list for certain; a guess is worth less.
  return (winner ? null : main) || elements[0] || null;
};

// The control that opens the composer, never one that opens a menu.
const card_control = (card) => {
  const found = find('birthdays.message', card).by_candidate.flat();
  return found.find((control) => deep.is_link(control) || !control.closest('[aria-haspopup]')) || null;
};

// "propUrn=urn:li:prop:(BIRTHDAY,…)": the occasion in the network's own word; null where the link does not say.
const occasion_of = (url) => {
  const urn = url && url.searchParams.get('propUrn');
  const found = urn && /\(([A-Z_]+)/.exec(urn);
  return found ? found[1] : null;
};

// In words that are not known the event is what stands second, below the name; only the link tells that it is one.
const line_below_name = (card, control) => {
  const is_line = (element) => !(control && control.contains(element)) && !element.closest('button, figure, svg') && deep.visible(element) && deep.text(element);
  const [name, line] = outermost(deep.all('p, h2, h3, h4', card)).filter(is_line);
  return name && line ? { line, strong: null } : null;
};

const event_of = (card, control, occasion) => {
  const outside = (element) => !control || !control.contains(element);
  const lines = deep.all('p, span, div, h2, h3, h4', card).filter((element) => outside(element) && !element.contains(control));
  const strong = deep.all('strong, b', card).filter((element) => outside(element) && deep.visible(element));
  for (const element of strong) {
    const line = element.closest('p, h2, h3, h4, div');
    if (line && card.contains(line) && deep.text(line) !== deep.text(element)) return { line, strong: deep.text(element) };
  }
  const worded = lines.filter((element) => holds_word('birthday', deep.text(element)) && deep.visible(element));
  const line = worded.find((element) => !worded.some((other) => other !== element && element.contains(other)));
  if (line) return { line, strong: null };
  return occasion === 'BIRTHDAY' ? line_below_name(card, control) : null;
};

// The first line before the event; where the order was turned, the first line that is neither event nor control.
const name_of = (card, event, control, person_links) => {
  const is_apart = (element) => !element.contains(event) && !event.contains(element) && !(control && control.contains(element));
  const apart = (css) => deep.all(css, card).filter((element) => is_apart(element) && deep.visible(element));
  const paragraphs = apart('p, h2, h3, h4');
  const lines = paragraphs.length ? paragraphs : innermost(apart('div, span').filter((element) => deep.text(element)));
  const before = lines.filter((element) => element.compareDocumentPosition(event) & 4);
  const texts = [...before, ...person_links, ...lines].map((element) => deep.text(element).replace(/\s*[•·]\s*\d.{0,4}$/, ''));
  return texts.find(Boolean) || null;
};

const prefill_of = (control, url) => {
  const body = url && url.searchParams.get('body');
  if (body) return body;
  const shown = control && deep.text(control);
  return shown && !label_matches('message', shown) && !label_matches('send', shown) ? shown : null;
};

const read_card = (card, options) => {
  const links = deep.all('a[href*="/in/"]', card).filter((link) => person_in(resolve(link, options)));
  const control = card_control(card);
  const url = control && deep.is_link(control) ? resolve(control, options) : null;
  const occasion = occasion_of(url);
  const event = event_of(card, control, occasion);
  if (!links.length || !event) return null;
  if (occasion ? occasion !== 'BIRTHDAY' : !event.strong && !holds_word('birthday', deep.text(event.line))) return null;
  const event_text = deep.text(event.line);
  const is_worded = holds_word('birthday', event_text) && !holds_word('other_occasion', event_text);
  // A language that is not known here still has the strong date and the message control of a birthday card.
  if (occasion !== 'BIRTHDAY' && !is_worded && (holds_word('other_occasion', event_text) || !event.strong || !control)) return null;
  const profile = resolve(links[0], options);
  const named = person_in(profile);
  return {
    name: name_of(card, event.line, control, links),
    slug: is_member_id(named) ? null : named.toLowerCase(),
    profile_url: profile.origin + profile.pathname,
    recipient_id: recipient_in(url) || (is_member_id(named) ? named : null),
    event_text,
    day_text: event.strong,
    has_message_cta: control !== null,
    cta_tag: control && control.localName,
    cta_aria_label: control && control.getAttribute('aria-label'),
    message_url: url && url.href,
    prefill: prefill_of(control, url),
  };
};

// Without list items a card is the widest box around a profile link that names nobody else.
const box_around = (link, root, options) => {
  const person = person_in(resolve(link, options));
  let card = link;
  for (let at = link.parentElement; at && at !== root; at = at.parentElement) {
    const others = [...at.querySelectorAll('a[href*="/in/"]')].map((other) => person_in(resolve(other, options)));
    if (others.some((other) => other && other !== person)) break;
    card = at;
  }
  return card;
};

const cards_in = (root, options) => {
  const is_own = (element) => !element.closest(OTHER_LIST) || element.closest(OTHER_LIST).contains(root);
  const items = outermost(find('birthdays.card', root).elements.filter((item) => is_own(item) && item.querySelector('a[href*="/in/"]')));
  const loose = deep
    .all('a[href*="/in/"]', root)
    .filter((link) => is_own(link) && person_in(resolve(link, options)) && !items.some((item) => item.contains(link)))
    .map((link) => box_around(link, root, options));
  const all = outermost([...new Set([...items, ...loose])]);
  return all.sort((one, other) => (one.compareDocumentPosition(other) & 4 ? -1 : 1));
};

// Something that can be written to and of which neither a birthday nor another occasion could be made.
const is_unread = (card, options) => {
  const control = card_control(card);
  const occasion = control && deep.is_link(control) ? occasion_of(resolve(control, options)) : null;
  if (!control || (occasion && occasion !== 'BIRTHDAY')) return false;
  return !holds_word('other_occasion', deep.text(card));
};

const more_button = (root) => {
  const buttons = find('birthdays.load_more', root).elements;
  return buttons.filter((button) => !button.closest(`${CARD}, ${OTHER_LIST}`)).pop() || null;
};

// A last button after the cards that says something not known here: the end is then not proved.
const strange_button = (root, last) =>
  last !== null &&
  deep
    .all('button', root)
    .some(
      (button) =>
        last.compareDocumentPosition(button) & 4 && !last.contains(button) && deep.visible(button) && deep.text(button) &&
        !button.closest(`${CARD}, ${OTHER_LIST}`) && !label_matches('load_more', deep.text(button)),
    );

const reader = {
  read(options) {
    const root = birthday_root(options);
    const cards = root ? cards_in(root, options) : [];
    const read = cards.map((card) => [card, read_card(card, options)]);
    const items = read.filter(([, item]) => item);
    const last = items.length ? items[items.length - 1][0] : null;
    const more = root && more_button(root);
    return {
      has_list: root !== null,
      is_screen: root !== null && root.hasAttribute('data-sdui-screen'),
      items: items.map(([, item]) => item),
      unread: read.filter(([card, item]) => !item && is_unread(card, options)).length,
      load_more: more ? { tag: more.localName, text: deep.text(more) } : null,
      has_strange_button: Boolean(root && strange_button(root, last)),
      is_busy: Boolean(root && is_busy(root)),
    };
  },

  is_ready: (page) => page.items.length > 0 || (page.has_list && !page.is_busy && page.is_screen),

  // Scrolls what really scrolls, a window at a time, and keeps every card it passes: the list may drop those out of sight.
  async walk(options) {
    const end = performance.now() + options.walk_ms;
    const seen = new Map();
    let [page, quiet, steps] = [null, 0, 0];
    const keep = () => {
      const before = seen.size;
      page = reader.read(options);
      for (const item of page.items) {
        const key = item.slug || item.recipient_id;
        if (!seen.has(key)) seen.set(key, item);
      }
      return seen.size > before;
    };
    // An empty list is believed later than the end of a long one.
    keep();
    const is_enough = () => quiet >= (seen.size ? 2 : 5);
    while (!is_enough() && seen.size < options.most && performance.now() < end) {
      const root = birthday_root(options);
      if (!root) break;
      const inner = cards_in(root, options).pop() || root;
      const scroller = deep.scroller(inner);
      const at_bottom = () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
      if (at_bottom() && more_button(root)) break;
      const was_at_bottom = at_bottom();
      // A nudge upwards wakes the observers that only fire when the end comes into sight anew.
      if (was_at_bottom && quiet) scroller.scrollTop -= Math.min(200, scroller.clientHeight / 2);
      scroller.scrollTop += Math.max(100, scroller.clientHeight * 0.85);
      steps += 1;
      const has_new = was_at_bottom ? await until(keep, options.quiet_ms) : (await change(150), keep());
      const is_over = was_at_bottom && !has_new && at_bottom() && !page.is_busy && !page.load_more;
      quiet = is_over ? quiet + 1 : 0;
    }
    keep();
    const root = birthday_root(options);
    const more = root && more_button(root);
    if (more) more.scrollIntoView({ block: 'center' });
    const is_end = is_enough() && !more && !page.has_strange_button && !page.is_busy && page.unread === 0;
    return { ...page, items: [...seen.values()], steps, is_still: is_enough(), is_end, more_element: deep.hand_over(more) };
  },
};

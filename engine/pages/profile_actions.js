// What the top card lets us do, and where: in its bar, or in the menu behind "More" as far as the markup holds it.
const MENUS = '[role=menu], [popover], .artdeco-dropdown__content, [class*="dropdown__content"], template';
const ACTION_KEY = /ConnectButtonstate:.*_(connect|pending)$/;

const key_action = (control, card) => {
  for (let at = control; at && at !== card; at = deep.up(at)) {
    const found = ACTION_KEY.exec(at.getAttribute('componentkey') || at.id || '');
    if (found) return found[1];
  }
  return null;
};

const icon_of = (control) => {
  const svg = control.querySelector('svg[id], [data-test-icon]');
  return svg ? svg.getAttribute('data-test-icon') || svg.id : '';
};

const action_of = (control, card) => {
  const href = control.getAttribute('href') || (control.querySelector('a[href]') || control).getAttribute('href') || '';
  if (/\/(preload\/)?(search-)?custom-invite\//.test(href)) return 'connect';
  if (/\/messaging\/compose/.test(href)) return null;
  const keyed = key_action(control, card);
  if (keyed) return keyed;
  const labels = [control.getAttribute('aria-label'), ...[...control.querySelectorAll('[aria-label]')].map((each) => each.getAttribute('aria-label')), squeeze(control.textContent)].filter(Boolean);
  for (const kind of ['pending', 'connect', 'follow']) if (labels.some((label) => is_word(kind, label))) return kind;
  const icon = icon_of(control);
  if (/^clock-/.test(icon)) return 'pending';
  if (/^connect-/.test(icon)) return 'connect';
  return /^add-/.test(icon) && control.localName === 'button' ? 'follow' : null;
};

const is_about = (control, slug) => {
  const href = control.getAttribute('href') || (control.querySelector('a[href]') || control).getAttribute('href') || '';
  const named = /[?&]vanityName=([^&]+)/.exec(href);
  return !named || !slug || decodeURIComponent(named[1]).toLowerCase() === slug;
};

// A menu that stands outside the card, at the end of the body, is the card's own while one of its buttons is open, or
// where an item names the card's person. A saved page shows no popover, open or not: then the button's word is taken.
const menus_of = (card, { name, slug }) => {
  const inside = [...card.querySelectorAll('template')].map((template) => template.content);
  const opened = more_buttons(card).filter((button) => button.getAttribute('aria-expanded') === 'true');
  const portals = deep.all('[role=menu], .artdeco-dropdown__content').filter((menu) => !card.contains(menu));
  const is_of = (button, menu) => !button.hasAttribute('aria-controls') || portals.length === 1 || menu.closest(`[id="${CSS.escape(button.getAttribute('aria-controls'))}"]`) !== null;
  const is_controlled = (menu) => opened.some((button) => is_of(button, menu));
  const is_open = (menu) => deep.visible(menu) || menu.closest('[popover]') !== null;
  return [...inside, ...portals.filter((menu) => is_open(menu) && (is_controlled(menu) || is_menu_about(menu, name, slug)))];
};

// By the address or the full name in an item; one that names nobody may be any other's.
const is_menu_about = (menu, name, slug) =>
  [...menu.querySelectorAll('[href*="vanityName="]')].some((item) => slug && is_about(item, slug)) ||
  (Boolean(name) && [...menu.querySelectorAll('[aria-label]')].some((item) => is_named_in(name, item.getAttribute('aria-label'))));

const is_named_in = (name, label) => ['connect', 'pending', 'follow'].some((kind) => is_word(kind, label)) && ` ${squeeze(label)} `.includes(` ${name} `);

const ITEMS = 'button, a[href], [role=button], [role=menuitem], .artdeco-dropdown__item';

const more_buttons = (card) =>
  deep.all('button[aria-expanded], button[aria-haspopup], [role=button][aria-haspopup]', card).filter((button) => !button.closest('[role=menu], [popover]'));

const more_button = (card) => {
  const is_named = (button) => deep.names(button).some((name) => is_word('more', name)) || /^overflow-/.test(icon_of(button));
  const bar = more_buttons(card).filter((button) => deep.visible(button) && !action_of(button, card));
  return bar.find(is_named) || bar.filter((button) => !button.closest('a') && !button.querySelector('h1, h2')).pop() || null;
};

const described = (control, where) => {
  const link = deep.is_link(control) ? control : control.querySelector('a[href]');
  const labelled = control.getAttribute('aria-label') ? control : control.querySelector('[aria-label]');
  return {
    where,
    tag: control.localName,
    text: squeeze(control.textContent),
    aria_label: labelled ? labelled.getAttribute('aria-label') : null,
    href: link ? link.getAttribute('href') : null,
  };
};

const actions_of = (card, { name, slug }) => {
  const more = more_button(card);
  const found = { connect: { where: null }, follow: { where: null }, pending: { where: null } };
  const note = (controls, where) => {
    for (const control of controls) {
      const kind = action_of(control, card);
      const is_there = () => where === 'menu' || (deep.visible(control) && card.contains(control));
      if (kind && found[kind].where === null && is_about(control, slug) && is_there()) found[kind] = described(control, where);
    }
  };
  const own = outermost(deep.all(ITEMS, card).filter((control) => !deep.is_link(control) || !control.querySelector('h1, h2')));
  const in_menus = new Set(own.filter((control) => control.closest(MENUS)));
  note(own.filter((control) => !in_menus.has(control)), 'bar');
  note([...in_menus], 'menu');
  for (const menu of menus_of(card, { name, slug })) note(outermost([...menu.querySelectorAll(ITEMS)]), 'menu');
  const { connect, follow, pending } = found;
  return {
    has_connect: connect.where !== null,
    connect,
    has_follow: follow.where !== null,
    follow,
    has_pending: pending.where !== null,
    pending,
    has_more_button: more !== null,
    more: more && { tag: more.localName, text: deep.text(more), aria_label: more.getAttribute('aria-label'), 'aria-expanded': more.getAttribute('aria-expanded') },
  };
};

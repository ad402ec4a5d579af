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

// A menu that stands outside the card, at the end of the body, is the card's own while its button is open. A saved page
// shows no popover, open or not: then the button's word is taken for it.
const menus_of = (card, more) => {
  const inside = [...card.querySelectorAll('template')].map((template) => template.content);
  const is_open = more && more.getAttribute('aria-expanded') === 'true';
  const named = more && more.getAttribute('aria-controls');
  const portals = deep.all('[popover] [role=menu], [role=menu], .artdeco-dropdown__content').filter((menu) => !card.contains(menu));
  return [...inside, ...portals.filter((menu) => is_open && (!named || menu.closest(`[id="${named}"]`) || portals.length === 1) && (deep.visible(menu) || menu.closest('[popover]')))];
};

const ITEMS = 'button, a[href], [role=button], [role=menuitem], .artdeco-dropdown__item';

const is_shown_in_bar = (control, card) => !control.closest(MENUS) && deep.visible(control) && card.contains(control);

const more_button = (card) => {
  const buttons = deep.all('button[aria-expanded], button[aria-haspopup], [role=button][aria-haspopup]', card).filter((button) => !button.closest('[role=menu], [popover]'));
  const is_named = (button) => deep.names(button).some((name) => is_word('more', name)) || /^overflow-/.test(icon_of(button));
  const bar = buttons.filter((button) => deep.visible(button) && !action_of(button, card));
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

const actions_of = (card, slug) => {
  const more = more_button(card);
  const found = { connect: { where: null }, follow: { where: null }, pending: { where: null } };
  const note = (controls, where) => {
    for (const control of controls) {
      const kind = action_of(control, card);
      if (kind && is_about(control, slug) && found[kind].where === null) found[kind] = described(control, where(control));
    }
  };
  const own = outermost(deep.all(ITEMS, card).filter((control) => !deep.is_link(control) || !control.querySelector('h1, h2')));
  note(own.filter((control) => is_shown_in_bar(control, card)), () => 'bar');
  note(own.filter((control) => control.closest(MENUS)), () => 'menu');
  for (const menu of menus_of(card, more)) note(outermost([...menu.querySelectorAll(ITEMS)]), () => 'menu');
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

// Who this profile page is about, and what its own top card offers.
const DEGREE = /^(?:[·•]\s*([123])\D{0,4}\+?|([123])(?:st|nd|rd|er|ère|e|re|\.|º|°|ª|o|a)\+?)$/;

const degree_of = (card) => {
  for (const element of deep.all('p, span.dist-value, span', card)) {
    const text = deep.visible(element) ? deep.text(element) : '';
    const found = text.length <= 10 && DEGREE.exec(text);
    if (found) return { degree: Number(found[1] || found[2]), degree_text: text };
  }
  return { degree: null, degree_text: null };
};

// Only links that are about the card's own person: around the name, and the card's own overlays and edit forms.
const card_slugs = (card, heading, options) => {
  const own = deep.all('a[href*="/overlay/"], a[href*="/edit/"]', card);
  const around = heading && heading.closest('a[href*="/in/"]');
  const links = [...own, around].filter((link) => link && card.contains(link));
  const keyed = deep.all('[componentkey^="ProfileVerificationTriggerRef-"]', card);
  const keys = keyed.map((element) => element.getAttribute('componentkey').slice('ProfileVerificationTriggerRef-'.length));
  const named = [...links.map((link) => person_in(resolve(link, options))), ...keys];
  return [...new Set(named.filter((name) => name && !is_member_id(name)).map((name) => name.toLowerCase()))];
};

const message_controls = (card, options) =>
  find('profile.message', card).elements.map((element) => {
    const url = deep.is_link(element) ? resolve(element, options) : null;
    return { element, tag: element.localName, text: deep.text(element), aria_label: element.getAttribute('aria-label'), href: url && url.href, recipient_id: recipient_in(url) };
  });

const member_id_of = (card, controls) => {
  const keyed = key_owner(card) || deep.all('[componentkey], [id]', card).map(key_owner).find(Boolean);
  if (is_member_id(keyed)) return keyed;
  const written_to = new Set(controls.map((control) => control.recipient_id).filter(Boolean));
  return written_to.size === 1 ? [...written_to][0] : null;
};

// The page's own control to write to this very person; a control that names somebody else is none.
const own_control = (controls, member_id) => {
  const own = controls.filter((control) => !control.recipient_id || !member_id || control.recipient_id === member_id);
  return own.find((control) => control.recipient_id) || own[0] || null;
};

const reader = {
  read(options) {
    const card = top_card_of();
    const named = person_in(new URL(address_of(options)));
    const address = { slug: is_member_id(named) ? null : named && named.toLowerCase(), address_id: is_member_id(named) ? named : null };
    const bubbles = composers(options).map(({ container, box, close }) => ({ container, text: box.text, close }));
    if (!card) return { ...address, has_top_card: false, bubbles };
    const heading = own_heading(card);
    const controls = message_controls(card, options);
    const member_id = member_id_of(card, controls);
    const control = own_control(controls, member_id);
    if (control && options.elements) control.element.scrollIntoView({ block: 'center' });
    return {
      ...address,
      has_top_card: true,
      member_id,
      name: heading ? deep.text(heading) : null,
      card_slugs: card_slugs(card, heading, options),
      ...degree_of(card),
      own_profile: deep.all('a[href*="/edit/intro"]', card).length > 0,
      has_message_button: control !== null,
      message: control && { tag: control.tag, text: control.text, aria_label: control.aria_label, href: control.href, recipient_id: control.recipient_id },
      message_element: options.elements && control ? deep.hand_over(control.element) : null,
      bubbles,
    };
  },

  is_ready: (page) => page.has_top_card && (page.has_message_button || page.own_profile || page.degree > 1),
};

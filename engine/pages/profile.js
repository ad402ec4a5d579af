// Whether this is the person's page and how to write to them: what a message needs, and no more.
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

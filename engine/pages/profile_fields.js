// Everything the top card says: whose it is, what it tells of them, and what may be done there.
const person_of_page = (card, options) => {
  const heading = own_heading(card);
  const controls = message_controls(card, options);
  const member_id = member_id_of(card, controls);
  const control = own_control(controls, member_id);
  const named = options.is_address_known === false ? null : person_in(new URL(address_of(options)));
  const slugs = card_slugs(card, heading, options);
  const slug = own_slug(slugs, named && !is_member_id(named) ? named.toLowerCase() : null);
  return { heading, control, member_id: member_id || (is_member_id(named) ? named : null), slug, profile_url: own_url(card, heading, slug, options) };
};

const read_card_page = (card, options) => {
  const { heading, control, ...person } = person_of_page(card, options);
  return {
    ...person,
    name: deep.text(heading) || null,
    ...degree_of(card),
    ...words_of_card(card, heading),
    ...counts_of(card),
    mutual: mutual_of(card),
    website_text: website_of(card),
    ...signs_of(card),
    has_message_button: control !== null,
    message: control && { where: 'bar', tag: control.tag, text: control.text, aria_label: control.aria_label, href: control.element.getAttribute('href'), recipient_id: control.recipient_id },
    ...actions_of(card, { name: deep.text(heading), slug: person.slug }),
    own_profile: deep.all('a[href*="/edit/intro"]', card).length > 0,
  };
};


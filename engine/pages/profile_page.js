// A whole profile page: its top card and the sections that have arrived.
const reader = {
  read(options) {
    const card = top_card_of();
    const sections = sections_on(card);
    if (!card) return { has_top_card: false, owner: (sections.find(({ owner }) => owner) || {}).owner || null };
    return { has_top_card: true, ...read_card_page(card, options), ...read_sections(sections), ...section_names(sections) };
  },

  is_ready: (page) => page.has_top_card && (page.has_message_button || page.own_profile || page.degree > 1),
};

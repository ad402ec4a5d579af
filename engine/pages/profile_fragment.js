// Sections of a profile that were saved without their page.
const owner_slug = () => {
  const keyed = keyed_sections().map(({ owner }) => owner).find((owner) => !is_member_id(owner));
  if (keyed) return keyed.toLowerCase();
  const links = deep.all('a[href*="/in/"][href*="/overlay/"], a[href*="/in/"][href*="/details/"]');
  const named = new Set(links.map((link) => person_in(resolve(link, { address: 'https://www.linkedin.com/' }))).filter((name) => name && !is_member_id(name)));
  return named.size === 1 ? [...named][0].toLowerCase() : null;
};

const reader = {
  read(options) {
    const sections = sections_on(null);
    const card = top_card_of();
    const member = keyed_sections().map(({ owner }) => owner).find(is_member_id) || null;
    return {
      ...(card ? read_card_page(card, { ...options, is_address_known: false }) : {}),
      section: sections.length ? heading_text(sections[0].box) : null,
      owner_slug: owner_slug(),
      member_id: member,
      ...read_sections(sections),
      ...section_names(sections),
    };
  },

  is_ready: (page) => page.section !== null,
};

// One of a profile's pages of details, /in/<slug>/details/<kind>/: its entries, once they have come.
const KINDS_BY_PATH = { experience: 'experience', education: 'education', skills: 'skills', certifications: 'certifications', languages: 'languages' };

const details_place = (options) => {
  const [, person, , kind] = new URL(address_of(options)).pathname.split('/').filter(Boolean);
  const column = deep.all('main [data-testid="lazy-column"], main section, main').find((box) => !is_aside(box));
  const heading = column && heading_text(column);
  const worded = heading && LISTS_OF.find((each) => is_word(each, heading));
  return { slug: person ? decodeURIComponent(person).toLowerCase() : null, kind: KINDS_BY_PATH[kind] || worded || null, column: column || null };
};

const more_entries = (box) => deep.all('button', box).find((button) => deep.visible(button) && deep.names(button).some((name) => label_matches('load_more', name))) || null;

const read_details = (options) => {
  const { slug, kind, column } = details_place(options);
  const entries = column && kind ? entries_in(column) : [];
  return {
    slug: is_member_id(slug) ? null : slug,
    section: kind,
    entries: entries.length ? entries.map(ENTRY_READERS[kind]) : [],
    count: entries.length,
    has_more: Boolean(column && more_entries(column)),
    // Before anything has come the page holds its heading and a button to load more, or the cards of others.
    is_loaded: entries.length > 0 || Boolean(column && !more_entries(column) && !is_busy(column) && deep.all('p', column).some(deep.visible)),
  };
};

const reader = {
  read: read_details,
  is_ready: (page) => page.is_loaded,

  // Asks for more as long as more is offered and comes.
  async walk(options) {
    const end = performance.now() + options.walk_ms;
    let page = read_details(options);
    while (page.has_more && performance.now() < end) {
      const before = page.count;
      more_entries(details_place(options).column).click();
      const has_come = await until(() => read_details(options).count > before || !read_details(options).has_more, options.quiet_ms);
      page = read_details(options);
      if (!has_come) break;
    }
    return { ...page, is_complete: !page.has_more };
  },
};

// The sections of a profile page, each found by its key, its anchor or its heading; other people's cards are none.
const SECTION_KEY = /profile\.card\.ref(.+?)(About|Featured|Services|Activity|Experience|Education|Skills?|Licenses?(?:And|_and_)?Certifications?|Certifications?|Languages?)(?:TopLevel)?(?:Section)?$/i;
const ANCHOR_KEY = /^profile_(\w+?)_top_anchor_(.+)$/;
const ANCHOR_IDS = { about: 'about', experience: 'experience', education: 'education', skills: 'skills', certifications: 'licenses_and_certifications', languages: 'languages', featured: 'featured', activity: 'content_collections', services: 'services' };
const NAMES = { about: 'About', activity: 'Activity', featured: 'Featured', services: 'Services', experience: 'Experience', education: 'Education', skills: 'Skills', certifications: 'Certifications', languages: 'Languages' };

const kind_named = (name) => {
  const word = name.toLowerCase().replace(/[^a-z]/g, '');
  if (word.includes('certification')) return 'certifications';
  return Object.keys(NAMES).find((kind) => kind === word || kind === `${word}s`) || null;
};

const heading_in = (box) => [...box.querySelectorAll('h2, h3')].find((heading) => deep.text(heading));
const heading_text = (box) => (heading_in(box) ? tidy_text(heading_in(box)) : null);

const is_aside = (element) => element.closest('aside, [componentkey^="profileAside"], footer') !== null;

const keyed_sections = () => {
  const found = [];
  for (const element of deep.all('[componentkey*="profile.card.ref"], [id*="profile.card.ref"]')) {
    for (const name of ['componentkey', 'id']) {
      const match = SECTION_KEY.exec(element.getAttribute(name) || '');
      if (match) found.push({ kind: kind_named(match[2]), owner: match[1], box: element });
    }
  }
  for (const element of deep.all('[componentkey*="_top_anchor_"]')) {
    const match = ANCHOR_KEY.exec(element.getAttribute('componentkey'));
    const box = match && element.closest('section');
    if (box && kind_named(match[1])) found.push({ kind: kind_named(match[1]), owner: match[2], box });
  }
  return found;
};

const anchored_sections = () =>
  Object.entries(ANCHOR_IDS).flatMap(([kind, id]) => {
    const anchor = top_window.document.getElementById(id);
    const box = anchor && anchor.closest('section');
    return box ? [{ kind, owner: null, box }] : [];
  });

const headed_sections = (card) =>
  deep.all('main section, [role=main] section').flatMap((box) => {
    const heading = heading_text(box);
    const kind = heading && Object.keys(NAMES).find((each) => is_word(each, heading));
    return kind && box !== card && !box.contains(card) && !is_aside(box) ? [{ kind, owner: null, box }] : [];
  });

// A place that waits to be scrolled to has no heading yet: it is no section.
const sections_on = (card) => {
  const found = new Map();
  for (const section of [...keyed_sections(), ...anchored_sections(), ...headed_sections(card)]) {
    if (section.kind && heading_in(section.box) && !found.has(section.kind)) found.set(section.kind, section);
  }
  return [...found.values()].sort((one, other) => (FOLLOWS(other.box, one.box) ? -1 : 1));
};

const about_in = (sections) => {
  const section = sections.find(({ kind }) => kind === 'about');
  if (!section) return null;
  const text = long_text_in(section.box);
  if (text) return text;
  const heading = heading_in(section.box);
  const rest = deep.all('p, span[aria-hidden="true"]', section.box).filter((each) => !each.contains(heading) && !heading.contains(each) && !each.closest('button'));
  return outermost(rest).map(long_text).filter(Boolean).join('\n') || null;
};

const LISTS_OF = Object.keys(ENTRY_READERS);
const LAZY = ['about', 'activity', 'experience', 'education', 'skills'];

// A section whose heading came before its entries has none to tell yet, which is not to be empty.
const entries_of = (kind, section) => {
  const entries = section ? read_entries(kind, section.box) : [];
  return entries.length || (section && !is_busy(section.box)) ? entries : null;
};

const read_sections = (sections) => {
  const lists = LISTS_OF.map((kind) => [kind, entries_of(kind, sections.find((section) => section.kind === kind))]);
  return { about: about_in(sections), ...Object.fromEntries(lists) };
};

const section_names = (sections) => ({
  sections_present: sections.map(({ kind }) => NAMES[kind]),
  sections_absent_until_scrolled: LAZY.filter((kind) => !sections.some((section) => section.kind === kind)).map((kind) => NAMES[kind]),
});

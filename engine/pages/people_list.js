// Lists of people: whose row this is and what it says, without the other people whom a row may name.
const BESIDE = 'nav, header, footer, aside, dialog, [role=dialog], [role=complementary], [role=menu], [data-testid*="carousel"]';

const person_links = (within, options) =>
  deep
    .all('a[href*="/in/"]', within)
    .map((link) => ({ link, url: resolve(link, options) }))
    .map(({ link, url }) => ({ link, url, person: person_in(url) }))
    .filter(({ person }) => person);

const own_address = (url) => url && url.origin + url.pathname;
const slug_in = (person) => (is_member_id(person) ? null : person && person.toLowerCase());

// "urn:li:fs_miniProfile:ACoA…" beside the slug, or the id in the slug's place.
const member_in = (url) => {
  const said = url ? [person_in(url), ...url.searchParams.values()].join(' ').match(/ACoA[\w-]+/g) || [] : [];
  return new Set(said).size === 1 ? said[0] : null;
};

// What is seen of it: the older markup says the rest to screen readers in the same link.
const seen_text = (element) => {
  const shown = deep.all('span[aria-hidden="true"]', element).map(deep.text).find(Boolean);
  return shown || deep.text(element);
};

const PHOTO = 'figure, img:not([class*="emoji"]), [class*="presence"]';
const PRESENCE = /^[·•]|\s*[•·]\s*\S.{0,12}$/;

// The shortest text that a link to the person bears; a link around the whole card begins with the name.
const name_in = (links) => {
  const worded = links.map((link) => ({ link, text: seen_text(link) })).filter(({ text }) => text);
  const plain = worded.filter(({ link }) => !link.querySelector(PHOTO));
  const [best] = (plain.length ? plain : worded).sort((one, other) => one.text.length - other.text.length);
  if (!best) return null;
  const first = plain.length ? best.text : deep.rich(best.link).split('\n').map(squeeze).find(Boolean) || '';
  return { link: best.link, name: first.replace(PRESENCE, '').trim() || null };
};

const text_lines = (node) =>
  (node.nodeType === 3 ? [node.data] : deep.visible(node) ? deep.rich(node).split('\n') : []).map(squeeze).filter(Boolean);

// The lines that stand beside the name, from the smallest box that has any, never over a photo or a control.
const lines_beside = (name, row, is_foreign, is_badge) => {
  let branch = name;
  for (let box = name.parentElement; box && deep.inside(box, row); box = box.parentElement) {
    const others = [...box.childNodes].filter((node) => node !== branch && (node.nodeType === 3 || node.nodeType === 1));
    if (is_foreign(box)) break;
    const lines = others.filter((node) => node.nodeType === 3 || !is_badge(node)).flatMap(text_lines);
    if (lines.some((line) => /[\p{L}\p{N}-]/u.test(line) && !is_badge(line))) return { box, branch, lines };
    branch = box;
  }
  return { box: branch, branch, lines: [] };
};

const number_in = (text) => {
  const digits = (text || '').replace(/[\s.,'’\u00a0\u202f]/g, '');
  return /^\d+$/.test(digits) ? Number(digits) : null;
};

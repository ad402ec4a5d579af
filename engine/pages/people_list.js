// Lists of people: whose row this is and what it says, without the other people whom a row may name.
const BESIDE = 'nav, header, footer, aside, dialog, [role=dialog], [role=complementary], [role=menu], [data-testid*="carousel"]';

// What meets the contract; never a guess, because what is found here is clicked.
const surely = (key, within) => {
  const { elements, is_heuristic } = find(key, within);
  return is_heuristic ? [] : elements;
};

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

const PHOTO = 'figure, img:not([class*="emoji"]), [class*="presence"]';
const PRESENCE = /^[·•]|\s*[•·]\s*\S.{0,12}$/;
const LINE = /^(p|h[1-6]|time|button)$/;

// A box of its own, or a wrapper without any whose children have theirs.
const is_shown = (element) => deep.visible(element) || deep.style(element).display === 'contents';
const bears_text = (node) => squeeze(node.textContent) !== '';

// Each thing that a part of a row says, in order: a line of text, or a box that stands for itself beside others.
const said_in = (element, is_skipped = () => false) => {
  if (element.matches('figure, svg') || is_skipped(element) || !is_shown(element)) return [];
  const children = [...element.children].filter(bears_text);
  const is_line = LINE.test(element.localName) || [...element.childNodes].some((node) => node.nodeType === 3 && bears_text(node));
  if (is_line || !children.length) return deep.rich(element).split('\n').map(squeeze).filter(Boolean);
  return children.flatMap((child) => said_in(child, is_skipped));
};

// What is seen of it: the older markup says the rest to screen readers in the same link.
const seen_text = (element) => {
  const shown = deep.all('span[aria-hidden="true"]', element).map(deep.text).find(Boolean);
  return shown || said_in(element)[0] || '';
};

// The name is what the shortest link to the person says first; a link around the whole card begins with it.
const name_in = (links) => {
  const worded = links.map((link) => ({ link, text: seen_text(link) })).filter(({ text }) => text);
  const plain = worded.filter(({ link }) => !link.querySelector(PHOTO));
  const length = ({ link }) => squeeze(link.textContent).length;
  const [best] = (plain.length ? plain : worded).sort((one, other) => length(one) - length(other));
  return best ? { link: best.link, name: best.text.replace(PRESENCE, '').trim() || null } : null;
};

const text_lines = (node) =>
  (node.nodeType === 3 ? [node.data] : is_shown(node) ? deep.rich(node).split('\n') : []).map(squeeze).filter(Boolean);

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

// A row is worked out anew only when it has changed: a walk looks at the same rows over and over.
const worked_out = {};
const once = (what, row, make) => {
  const known = (worked_out[what] ||= new WeakMap());
  const state = row.textContent + [...row.getElementsByTagName('a')].map((link) => link.getAttribute('href')).join(' ');
  if (!known.has(row) || known.get(row).state !== state) known.set(row, { state, made: make() });
  return known.get(row).made;
};

// The person whom a list's row is about; null where it names nobody, or several.
const person_of = (row, options) => once('person', row, () => make_person(row, options));
const make_person = (row, options) => {
  const links = person_links(row, options);
  if (new Set(links.map(({ person }) => person.toLowerCase())).size !== 1) return null;
  const written_to = deep.all('a[href*="/messaging/"]', row).map((link) => recipient_in(resolve(link, options))).find(Boolean);
  const named = name_in(links.map(({ link }) => link));
  const keyed = /ACoA[\w-]+/.exec(row.getAttribute('componentkey') || '');
  return {
    name: named && named.name,
    slug: slug_in(links[0].person),
    profile_url: own_address(links[0].url),
    member_id: member_in(links[0].url) || (keyed && keyed[0]) || written_to || null,
  };
};

// What any list is made of, beside what the page's own keys for a list and its rows (LIST_KEY, ROW_KEY) know.
const ROW = '[role=listitem], li';

// The rows of one list: the outermost that are about exactly one person.
const person_rows = (list, options) =>
  outermost([...new Set([...find(ROW_KEY, list).elements, ...deep.all(ROW, list)])].filter((row) => !is_beside(row, list) && person_of(row, options)));

const is_beside = (row, list) => {
  const beside = row.closest(BESIDE);
  return Boolean(beside) && !beside.contains(list);
};

// Of all lists the one that most rows speak for; `worth` says how much a row does.
const best_list = (root, options, worth) => {
  const has_people = (list) => list.querySelector('a[href*="/in/"]') && !is_beside(list, root);
  const known = [...new Set(find(LIST_KEY, root).by_candidate.flat())].sort((one, other) => (one.compareDocumentPosition(other) & 4 ? -1 : 1));
  const lists = known.filter(has_people);
  const scored = lists.map((list) => ({ list, score: person_rows(list, options).reduce((sum, row) => sum + worth(row), 0) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const found = scored.filter(({ score }) => best > 0 && score === best);
  return found.length ? found[found.length - 1].list : null;
};

const page_main = () => top_window.document.querySelector('[data-sdui-screen][role=main], main, [role=main]');
const key_of = (item) => item.slug || item.member_id;

// Scrolls what really scrolls, a window at a time, and keeps every row it passes: the list may drop those out of sight.
// `last_row` and `more_button` are asked anew at each step; `is_enough` may end the walk before the list does.
const walk_list = async (options, { read, last_row, more_button, is_enough }) => {
  const end = performance.now() + options.walk_ms;
  const seen = new Map();
  let [page, quiet, steps, stuck] = [null, 0, 0, 0];
  const keep = () => {
    const before = seen.size;
    page = read();
    for (const item of page.items) if (!seen.has(key_of(item))) seen.set(key_of(item), item);
    return seen.size > before;
  };
  keep();
  // An empty list is believed later than the end of a long one.
  const is_quiet = () => quiet >= (seen.size ? 2 : 4);
  while (!is_quiet() && !is_enough(page, seen) && stuck < 5 && performance.now() < end) {
    const inner = last_row();
    if (!inner) break;
    const scroller = deep.scroller(inner);
    const at_bottom = () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
    if (at_bottom() && more_button()) break;
    const was_at_bottom = at_bottom();
    // A nudge upwards wakes the observers that only fire when the end comes into sight anew.
    if (was_at_bottom && quiet) scroller.scrollTop -= Math.min(200, scroller.clientHeight / 2);
    const from = scroller.scrollTop;
    scroller.scrollTop += Math.max(100, scroller.clientHeight * 0.85);
    steps += 1;
    stuck = was_at_bottom || scroller.scrollTop > from ? 0 : stuck + 1;
    const has_new = was_at_bottom ? await until(keep, options.quiet_ms) : (await change(150), keep());
    quiet = was_at_bottom && !has_new && at_bottom() && !page.is_busy && !more_button() ? quiet + 1 : 0;
  }
  keep();
  const more = more_button();
  if (more && !is_enough(page, seen)) more.scrollIntoView({ block: 'center' });
  return { ...page, items: [...seen.values()], steps, is_end: is_quiet() && !more && !page.is_busy, more_element: deep.hand_over(more) };
};

// What the top card says of its person beyond who they are. Every field is null where the card does not say it.
const PRONOUNS = /^(?:\(?(\p{L}{1,12}(?:\s?\/\s?\p{L}{1,12}){1,3})\)?|\((\p{L}{1,12})\))$/u;

const own_slug = (slugs, address) => (slugs.length === 1 ? slugs[0] : address && slugs.includes(address) ? address : slugs.length ? null : address);

// The address as the card's own links write it; else as it is made from the slug.
const own_url = (card, heading, slug, options) => {
  if (!slug) return null;
  const named = (url) => (person_in(url) || '').toLowerCase() === slug;
  const link = own_links(card, heading).map((each) => resolve(each, options)).find(named);
  const written = link ? link.pathname.split('/')[2] : encodeURIComponent(slug);
  return `https://www.linkedin.com/in/${written}/`;
};

const is_contact_link = (link) =>
  /\/overlay\/contact-info/.test(link.getAttribute('href')) || is_word('contact_info', deep.text(link));

// Where a build has no paragraphs: the boxes that hold a text of their own, links in them included.
const plain_boxes = (card) => deep.all('div, span', card).filter((box) => [...box.childNodes].some((node) => node.nodeType === 3 && squeeze(node.data)) || (box.childElementCount > 0 && [...box.children].every((child) => child.localName === 'a')));

// The lines of the card in their order, each with what it stands in.
const card_lines = (card, heading) => {
  const marked = deep.all('p, .text-body-medium, .text-body-small', card);
  const lines = (marked.length ? marked : plain_boxes(card)).filter((line) => FOLLOWS(line, heading) && deep.visible(line));
  const leaves = outermost(lines).filter((line) => !line.contains(heading) && !line.closest('[role=menu], [popover], [class*="dropdown__content"]'));
  return leaves.map((element) => ({ element, text: deep.text(element) })).filter((line) => line.text);
};

// "Current company: …. Click to skip to experience card": the older card's two buttons, told by what they skip to.
const skips_of = (card) => {
  const buttons = deep.all('li button[aria-label]', card).filter((button) => deep.text(button) && button.getAttribute('aria-label').includes(deep.text(button)));
  const plain = buttons.filter((button) => !action_of(button, card) && !button.closest(MENUS) && button.getAttribute('aria-label') !== deep.text(button));
  const to = (set) => plain.find((button) => has_word(set, button.getAttribute('aria-label').replace(deep.text(button), '')));
  const [company, school] = [to('experience'), to('education')];
  return { company: company ? deep.text(company) : null, school: school ? deep.text(school) : null };
};

const blocks_of = (card) => {
  const named = (icon) => {
    const svg = deep.all(`svg[id^="${icon}"], [data-test-icon^="${icon}"]`, card)[0];
    const block = svg && svg.closest('[role=button], button, a, li');
    return block && card.contains(block) ? deep.text(block) || null : null;
  };
  const panel = deep.all('.pv-text-details__right-panel-item, [data-field="experience_company_logo"]', card).map(deep.text);
  const skips = skips_of(card);
  return { company: named('company-') || skips.company || panel[0] || null, school: named('school-') || skips.school || panel[1] || null };
};

const is_in_block = (element, card) => {
  const block = element.closest('[role=button], button, a');
  return block !== null && card.contains(block) && block !== card;
};

const pronouns_of = (lines, heading, badge) => {
  const row = lines.filter(({ text }) => !DEGREE.test(text));
  const [first] = row;
  if (!first) return null;
  const before_badge = badge && !FOLLOWS(first.element, badge.element) && row.length > 1;
  const found = PRONOUNS.exec(first.text);
  if (found) return { line: first, text: found[1] || found[2] };
  return before_badge && first.element.parentElement === badge.element.parentElement ? { line: first, text: first.text.replace(/^\((.*)\)$/, '$1') } : null;
};

const is_contact_line = ({ element }) => deep.all('a', element).some(is_contact_link);
const is_dot_line = ({ text }) => /^[·•]$/.test(text);
// A badge in words that are not known is still none of the person's own lines.
const is_badge_line = ({ text }) => text.length < 16 && /^[·•]\s*\S/.test(text);

// The line in front of the way to contact them, in one row with it or parted from it by a bullet: who names no place
// has another line there.
const location_of = (lines) => {
  const at = lines.findIndex(is_contact_line);
  if (at > 0) {
    const own = squeeze(lines[at].text.replace(deep.text(deep.all('a', lines[at].element).find(is_contact_link)), '')).replace(/^[·•\s]+|[·•\s]+$/g, '');
    if (own) return { line: lines[at], text: own };
    const before = lines.slice(0, at).reverse();
    const line = before.find((each) => !is_dot_line(each));
    const is_beside = line && (is_dot_line(before[0]) || line.element.parentElement === lines[at].element.parentElement);
    return is_beside ? { line, text: line.text } : null;
  }
  const dot = lines.findIndex(({ text }, i) => i > 0 && /^[·•]$/.test(text) && lines[i + 1] && lines[i + 1].element.querySelector('a'));
  return dot > 0 ? { line: lines[dot - 1], text: lines[dot - 1].text } : null;
};

const ember_place = (card, lines) => {
  const contact = deep.all('#top-card-text-details-contact-info, a[href*="/overlay/contact-info"]', card)[0];
  const row = contact && contact.closest('div');
  const line = row && lines.find(({ element }) => row.contains(element) && element.matches('.text-body-small') && !element.contains(contact) && !contact.contains(element));
  return line ? { line, text: line.text } : null;
};

const split_work = (text, blocks) => {
  if (!text) return { company: blocks.company, school: blocks.school };
  const { company, school } = blocks;
  if (company || school) return { company, school };
  const parts = text.split(BULLET);
  return parts.length <= 2 ? { company: parts[0], school: parts[1] || null } : { company: null, school: null };
};

const identity_lines = (card, heading) => {
  const badge = degree_badge(card);
  const hidden = new Set(degree_badges(card).map(({ element }) => element));
  const all = card_lines(card, heading).filter(({ element, text }) => !hidden.has(element) && !(text.length < 15 && DEGREE.test(text)) && !is_badge_line({ text }));
  const pronouns = pronouns_of(all, heading, badge);
  const place = location_of(all) || ember_place(card, all);
  const blocks = blocks_of(card);
  const is_past = (line) => is_contact_line(line) || is_in_block(line.element, card) || counts_in(line.text).length;
  const end = place ? all.indexOf(place.line) : all.findIndex(is_past);
  const between = all.slice(0, end < 0 ? all.length : end).filter((line) => line !== (pronouns && pronouns.line) && !is_in_block(line.element, card) && !is_dot_line(line));
  return { pronouns, place, blocks, between };
};

// Of the lines between name and place the first is the headline and the second the work; a lone one that only
// repeats company and school is the work.
const work_line = (lines, { company, school }) => {
  const said = [company, school].filter(Boolean).join(' · ');
  const known = lines.find(({ text }, i) => text === said && (i > 0 || lines.length > 1));
  const is_work = ({ element, text }) => element.localName === 'p' && (!said || [company, school].some((name) => name && text.includes(name)));
  return known || (lines.length > 1 && is_work(lines[1]) ? lines[1] : null);
};

const words_of_card = (card, heading) => {
  const { pronouns, place, blocks, between } = identity_lines(card, heading);
  const work = work_line(between, blocks);
  const headline = between.find((line) => line !== work) || null;
  const late = !place && between.filter((line) => line !== work && line !== headline).pop();
  return {
    pronouns: pronouns ? pronouns.text : null,
    headline: headline ? headline.text : null,
    ...split_work(work && work.text, blocks),
    location: place ? place.text : late ? late.text : null,
  };
};

// "7,117 followers", "500+ connections", "Plus de 500 relations", also where number and word are two nodes.
const STARTS_WITH_COUNT = /^(?:\+\s*)?(?:\p{L}{1,5}\s+){0,2}\d/u;
const counts_in = (text) => text.split(BULLET).filter((part) => STARTS_WITH_COUNT.test(part) && (has_word('followers', part) || has_word('connections', part)));

const count_lines = (card) => {
  const texts = new Set();
  for (const element of deep.all('p, li', card)) {
    if (!STARTS_WITH_COUNT.test(squeeze(element.textContent)) || element.textContent.length > 80 || !deep.visible(element)) continue;
    const own = counts_in(deep.text(element));
    own.forEach((part) => texts.add(part));
    if (own.length) continue;
    const link = element.closest('a');
    const row = link && card.contains(link) ? link.parentElement : element.parentElement;
    for (const part of deep.text(row).split(BULLET)) if (STARTS_WITH_COUNT.test(part) && part.length < 60) texts.add(part);
  }
  return [...texts];
};

const counts_of = (card) => {
  const lines = count_lines(card);
  const link = deep.all('a[href*="connectionOf="]', card).find((each) => !is_among_first(each));
  const connections = lines.find((line) => has_word('connections', line)) || (link ? deep.text(link) : null);
  const followers = lines.find((line) => has_word('followers', line) && line !== connections) || null;
  return { followers, connections: connections || null };
};

// A search among the first degree alone that leads to whom both know; the one for all connections asks for more degrees.
const is_among_first = (link) => {
  const url = resolve(link, { address: 'https://www.linkedin.com/' });
  return url !== null && /^\["?F"?\]$/.test(url.searchParams.get('network') || '');
};

const mutual_link = (card) => outermost(deep.all('a[href*="/search/results/people"]', card)).find((link) => is_among_first(link) && deep.text(link));

const names_in = (text) => {
  let rest = text;
  for (const set of ['followed_by', 'mutual_tail']) {
    for (const word of wordings(set)) {
      const at = plain_word(rest).indexOf(word);
      if (at >= 0) rest = `${rest.slice(0, at)} ${rest.slice(at + word.length)}`;
    }
  }
  const joints = wordings('and').map((word) => `\\s${word}\\s`).join('|');
  return rest.split(new RegExp(`,|${joints}`, 'iu')).map((part) => squeeze(part)).filter((part) => part && !/^\d/.test(part));
};

const mutual_of = (card) => {
  const link = mutual_link(card);
  if (!link) return null;
  const text = deep.text(link);
  const strong = deep.all('strong, b', link).map(deep.text).filter(Boolean);
  const names = strong.length ? strong : names_in(text);
  const rest = names.reduce((left, name) => left.replace(name, ' '), text);
  const count = /\d[\d.,\s]*/.exec(rest);
  return { text, names, others: count ? Number(count[0].replace(/\D/g, '')) : 0 };
};

const website_of = (card) => {
  const link = deep.all('a[href*="/safety/go"], a:has(svg[id^="link-external"]), section.pv-top-card--website a', card).find((each) => deep.text(each));
  return link ? deep.text(link) : null;
};

const has_icon = (card, ...names) =>
  names.some((name) => deep.all(`svg[id^="${name}"], [data-test-icon^="${name}"]`, card).length > 0);

const photo_texts = (card) =>
  deep.all('img[alt], img[title], [aria-label]', card).flatMap((each) => ['alt', 'title', 'aria-label'].map((name) => each.getAttribute(name) || ''));

const signs_of = (card) => ({
  verified: has_icon(card, 'verified') || deep.all('[componentkey^="ProfileVerificationTriggerRef"] svg, .pv-member-badge--verified', card).length > 0,
  premium: has_icon(card, 'linkedin-bug-premium', 'premium') || deep.all('.pv-member-badge--for-top-card, [type^="linkedin-bug"][type*="premium"]', card).length > 0,
  open_to_work: photo_texts(card).some((text) => has_word('open_to_work', text)) || deep.all('a[href*="opportunities/job-opportunities"]', card).length > 0,
});

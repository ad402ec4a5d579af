// The entries of a profile's sections, line by line: work, schools, certificates, skills and languages.
const ENTRIES = '[componentkey^="entity-collection-item"], [id^="entity-collection-item"]';
const EMBER_ENTRIES = 'li.artdeco-list__item, li.pvs-list__paged-list-item, li.pvs-list__item--line-separated';
const ASIDE_OF_ENTRY = 'a[href*="skill-associations"], a[href*="/treasury/"], [data-testid="expandable-text-box"], .inline-show-more-text, button, figure, h2, h3';
const BULLET = /\s*[·•]\s*/;
const YEAR = /(^|\D)(19|20)\d\d(\D|$)/;
// Some languages set no spaces around the dash of a range; a hyphen may stand within a word.
const DASH = /\s+-\s+|\s*[–—]\s*/;

const FOLLOWS = (element, other) => Boolean(other.compareDocumentPosition(element) & 4);

const tidy_text = (element) => {
  const marked = [...element.querySelectorAll('span[aria-hidden="true"]')].filter((span) => span.parentElement.querySelector(':scope > .visually-hidden'));
  return squeeze(marked.length ? marked.map((span) => deep.text(span)).join(' ') : deep.text(element));
};

// What a person would read as long text: line breaks kept, the "… more" button left out.
const long_text = (box) => {
  const shown = box.querySelector(':scope > span[aria-hidden="true"]') || box;
  const copy = shown.cloneNode(true);
  for (const extra of copy.querySelectorAll('button, [role=button], .visually-hidden, style, script')) extra.remove();
  for (const line of copy.querySelectorAll('br')) line.replaceWith('\n');
  const text = copy.textContent.replace(/[\u200b\u2060\ufeff]/g, '').replace(/\u00a0/g, ' ');
  return text.replace(/[^\S\n]*\n[^\S\n]*/g, '\n').replace(/[^\S\n]+/g, ' ').trim() || null;
};

const long_text_in = (box, apart = []) => {
  const boxes = deep.all('[data-testid="expandable-text-box"], .inline-show-more-text, [class*="inline-show-more-text"]', box);
  const own = outermost(boxes).filter((each) => !apart.some((other) => other.contains(each)));
  return own.length ? own.map(long_text).filter(Boolean).join('\n') || null : null;
};

const lines_of = (box, apart = []) => {
  const is_apart = (element) => apart.some((other) => other.contains(element)) || (element.closest(ASIDE_OF_ENTRY) && box.contains(element.closest(ASIDE_OF_ENTRY)) && element.closest(ASIDE_OF_ENTRY) !== box);
  const spans = deep.all('span[aria-hidden="true"]', box).filter((span) => !span.querySelector('svg') && deep.text(span) && !span.closest('p'));
  const paragraphs = spans.length ? spans : deep.all('p', box);
  const elements = outermost(paragraphs.length ? paragraphs : innermost(deep.all('div', box))).filter((element) => !is_apart(element) && !element.querySelector(ASIDE_OF_ENTRY));
  return elements.map((element) => deep.text(element)).filter(Boolean);
};

const is_dates = (line) => YEAR.test(line) && line.length < 90 && (DASH.test(line) || BULLET.test(line) || /^\D{0,16}\d{4}\D{0,3}$/.test(line));

const is_duration = (text) => {
  if (is_word('short_duration', text)) return true;
  const found = /^\d+\s*([\p{L}.]+)(?:[\s,]+\d+\s*([\p{L}.]+))?$/u.exec(text);
  return Boolean(found) && [found[1], found[2]].filter(Boolean).every((unit) => is_word('duration', unit));
};

const place_in = (text) => {
  if (!text) return { location: null, workplace: null };
  const parts = text.split(BULLET);
  const last = parts[parts.length - 1];
  if (is_word('workplace', last) || parts.length === 2) return { location: parts.slice(0, -1).join(' · ') || null, workplace: last };
  return { location: text, workplace: null };
};

// "Sep 2023 - Present · 3 yrs": a range whose end holds no number is not over.
const dates_in = (line) => {
  if (!line) return { dates: null, duration: null, current: null };
  const parts = line.split(BULLET);
  const is_split = parts.length > 1 && !YEAR.test(parts[parts.length - 1]);
  const dates = is_split ? parts.slice(0, -1).join(' · ') : line;
  const ends = dates.split(DASH);
  return { dates, duration: is_split ? parts[parts.length - 1] : null, current: ends.length > 1 ? !/\d/.test(ends[ends.length - 1]) : false };
};

const skills_text = (box) => {
  const link = deep.all('a[href*="skill-associations"]', box)[0];
  return link ? tidy_text(link) || null : null;
};

const media_in = (box) => {
  const texts = deep.all('a[href*="/treasury/"]', box).map((link) => deep.all('p', link).map(deep.text).find(Boolean) || tidy_text(link));
  return texts.filter(Boolean);
};

const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && !value.length)));

const role_of = (box, lines, apart) => {
  const at = lines.findIndex((line, i) => i > 0 && is_dates(line));
  const [before, after] = at < 0 ? [lines.slice(1), []] : [lines.slice(1, at), lines.slice(at + 1)];
  return {
    title: lines[0] || null,
    before,
    ...dates_in(at < 0 ? null : lines[at]),
    after,
    skills_text: skills_text(box),
    ...given({ media: media_in(box), description: long_text_in(box, apart) }),
  };
};

const company_url = (entry) => {
  const link = deep.all('a[href*="/company/"], a[href*="/school/"]', entry)[0];
  const found = link && /\/(?:company|school)\/[^/?#]+/.exec(link.getAttribute('href'));
  return found ? `https://www.linkedin.com${found[0]}/` : null;
};

const nested_roles = (entry) => {
  const items = outermost([...entry.querySelectorAll('li')].filter((item) => item !== entry));
  return items.filter((item) => lines_of(item).slice(1).some(is_dates));
};

// A company with one role: title first, then "Company · Full-time".
const lone_role = (entry) => {
  const { before, after, ...role } = role_of(entry, lines_of(entry), []);
  const work = (before[0] || '').split(BULLET);
  const kind = work.length > 1 ? work.pop() : null;
  return {
    company: work.join(' · ') || null,
    company_url: company_url(entry),
    total_duration: null,
    ...place_in(after[0]),
    roles: [{ title: role.title, employment_type: kind, ...role }],
  };
};

// A company with several: its own lines on top, each role in the list below.
const role_in_list = (item) => {
  const { before, after, ...role } = role_of(item, lines_of(item), []);
  return { title: role.title, employment_type: before[0] || null, ...role, ...(after.length ? place_in(after[0]) : {}) };
};

const grouped_roles = (entry, items) => {
  const [company, ...rest] = lines_of(entry, items);
  const parts = rest.length ? rest[0].split(BULLET) : [];
  const length = parts.find(is_duration) || null;
  const is_tenure = length !== null || (parts.length > 0 && parts.every((part) => is_word('employment', part)));
  const kind = is_tenure ? parts.find((part) => part !== length) || null : null;
  const place = is_tenure ? rest[1] : rest[rest.length - 1];
  return {
    company: company || null,
    company_url: company_url(entry),
    total_duration: length,
    ...given({ employment_type: kind }),
    ...place_in(place),
    roles: items.map(role_in_list),
  };
};

const position_of = (entry) => {
  const items = nested_roles(entry);
  return items.length ? grouped_roles(entry, items) : lone_role(entry);
};

const rest_of = (entry, lines) => given({ details: lines.filter(Boolean), description: long_text_in(entry), skills_text: skills_text(entry), media: media_in(entry) });

const school_of = (entry) => {
  const [school, ...lines] = lines_of(entry);
  const at = lines.findIndex(is_dates);
  const [degree, ...others] = at < 0 ? lines : lines.slice(0, at);
  const after = at < 0 ? [] : lines.slice(at + 1);
  return { school: school || null, school_url: company_url(entry), degree: degree || null, dates: at < 0 ? null : lines[at], ...rest_of(entry, [...others, ...after]) };
};

const certification_of = (entry) => {
  const [name, issuer, ...lines] = lines_of(entry);
  const dates = lines.findIndex((line) => YEAR.test(line));
  const is_issuer = issuer && !YEAR.test(issuer);
  const others = lines.filter((_, i) => i !== dates);
  return { name: name || null, issuer: is_issuer ? issuer : null, dates: is_issuer ? lines[dates] || null : issuer || null, ...rest_of(entry, others) };
};

const skill_of = (entry) => {
  const [name, ...lines] = lines_of(entry);
  return { name: name || null, ...given({ details: lines }) };
};

const language_of = (entry) => {
  const [name, level, ...lines] = lines_of(entry);
  return { name: name || null, level: level || null, ...given({ details: lines }) };
};

const ENTRY_READERS = { experience: position_of, education: school_of, certifications: certification_of, skills: skill_of, languages: language_of };

// "More profiles for you" comes before a page's own entries do: a link to a whole profile is no part of an entry.
const is_persons_row = (item) => deep.all('a[href*="/in/"]', item).some((link) => /\/in\/[^/?#]+\/?(?:[?#]|$)/.test(link.getAttribute('href')));

const entries_in = (box) => {
  const keyed = outermost(deep.all(ENTRIES, box));
  if (keyed.length) return keyed;
  const ember = outermost(deep.all(EMBER_ENTRIES, box));
  if (ember.length) return ember;
  return outermost(deep.all('[role=listitem], li', box)).filter((item) => deep.text(item) && !item.closest('nav, [role=menu]') && !is_persons_row(item));
};

const read_entries = (kind, box) => entries_in(box).map(ENTRY_READERS[kind]);

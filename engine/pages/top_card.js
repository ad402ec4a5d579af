// The top card of a profile page: the one place that says whose page this is, and how close they are.
const TOP_CARD_KEY = /profile\.card\.ref(.+)Topcard$/;

const own_heading = (card) => find('profile.name', card).elements.find((heading) => deep.text(heading));

const key_owner = (element) => {
  for (const name of ['componentkey', 'id']) {
    const found = TOP_CARD_KEY.exec(element.getAttribute(name) || '');
    if (found) return found[1];
  }
  return null;
};

const top_card_of = () => {
  const { elements: cards, is_heuristic } = find('profile.top_card');
  // A guessed card proves nobody's page.
  if (is_heuristic) return null;
  return cards.find((card) => key_owner(card) && own_heading(card)) || cards.find((card) => own_heading(card)) || null;
};
const DEGREE = /^(?:[·•]\s*([123])(?:\D{0,4}|\D{1,8}\+|\D{0,3} e oltre)|([123])(?:st|nd|rd|er|ère|e|re|\.º|\.er|\.|º|°|ª|o|a)(?: et| e oltre)? ?\+?)$/;

// Both badges are in the markup. Where the page has lost its style, the wrapper of the hidden one is still
// the one whose class no other wrapper of the page shares.
const is_in_odd_wrapper = (element) => {
  const wrapper = element.closest('[data-display-contents]');
  if (!wrapper) return false;
  const all = deep.all('[data-display-contents]').map((other) => other.getAttribute('class'));
  const alike = all.filter((name) => name === wrapper.getAttribute('class')).length;
  return all.length > 3 && alike * 3 < all.length;
};

// A build without paragraphs says the same in plain boxes.
const degree_badges = (card) => {
  const found = badges_among(deep.all('p, span.dist-value, span', card));
  return found.length || deep.all('p', card).length ? found : badges_among(innermost(deep.all('div', card)));
};

const badges_among = (elements) => {
  const found = [];
  for (const element of elements) {
    if (element.textContent.length > 24 || !/[123]/.test(element.textContent)) continue;
    const text = deep.visible(element) ? deep.text(element) : '';
    const match = text.length <= 14 && DEGREE.exec(text);
    if (match) found.push({ element, degree: Number(match[1] || match[2]), degree_text: text });
  }
  return found;
};

const degree_badge = (card) => {
  const badges = degree_badges(card);
  const is_one = (some) => new Set(some.map((badge) => badge.degree)).size === 1;
  if (is_one(badges)) return badges[0];
  const usual = badges.filter((badge) => !is_in_odd_wrapper(badge.element));
  return is_one(usual) ? usual[0] : null;
};

const degree_of = (card) => {
  const badge = degree_badge(card);
  return { degree: badge && badge.degree, degree_text: badge && badge.degree_text };
};

// Only links that are about the card's own person: around the name, and the card's own overlays and edit forms.
const own_links = (card, heading) => {
  const own = deep.all('a[href*="/overlay/"], a[href*="/edit/"]', card);
  const around = heading && heading.closest('a[href*="/in/"]');
  return [around, ...own].filter((link) => link && card.contains(link));
};

const card_slugs = (card, heading, options) => {
  const links = own_links(card, heading);
  const keyed = deep.all('[componentkey^="ProfileVerificationTriggerRef-"]', card);
  const keys = keyed.map((element) => element.getAttribute('componentkey').slice('ProfileVerificationTriggerRef-'.length));
  const named = [...links.map((link) => person_in(resolve(link, options))), ...keys];
  return [...new Set(named.filter((name) => name && !is_member_id(name)).map((name) => name.toLowerCase()))];
};

const message_controls = (card, options) =>
  find('profile.message', card).elements.map((element) => {
    const url = deep.is_link(element) ? resolve(element, options) : null;
    return { element, tag: element.localName, text: deep.text(element), aria_label: element.getAttribute('aria-label'), href: url && url.href, recipient_id: recipient_in(url) };
  });

// The card's own searches are for the connections of its person.
const searched_ids = (card) => {
  const links = deep.all('a[href*="/search/results/people"]', card).map((link) => resolve(link, { address: 'https://www.linkedin.com/' })).filter(Boolean);
  const said = links.flatMap((url) => ['connectionOf', 'followerOf'].map((name) => url.searchParams.get(name) || ''));
  return new Set(said.flatMap((value) => value.match(/ACoA[\w-]+/g) || []));
};

const member_id_of = (card, controls) => {
  const keyed = key_owner(card) || deep.all('[componentkey], [id]', card).map(key_owner).find(Boolean);
  if (is_member_id(keyed)) return keyed;
  const written_to = new Set(controls.map((control) => control.recipient_id).filter(Boolean));
  const named = written_to.size ? written_to : searched_ids(card);
  return named.size === 1 ? [...named][0] : null;
};

// The page's own control to write to this very person; a control that names somebody else is none.
const own_control = (controls, member_id) => {
  const own = controls.filter((control) => !control.recipient_id || !member_id || control.recipient_id === member_id);
  return own.find((control) => control.recipient_id) || own[0] || null;
};

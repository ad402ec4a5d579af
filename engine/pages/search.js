// One page of a people search: the people in order, what may be done beside them, and the way on.
const MEMBER_KEY = '[componentkey^="SearchResultsACoA"], [id^="SearchResultsACoA"]';
const HEADLESS = 'a[href*="/search/results/people/headless"]';
const RANK = /^(?:[·•]\s*([123])(?!\d)(?:\D{0,6}|\D{0,3} e oltre)|([123])(?:st|nd|rd|er|ère|e|re|\.º|\.er|\.|º|°|ª|o|a)(?: et| e oltre)? ?\+?)$/;

// Where no list is known, the main part of the page is looked at, before any guess; an empty one says so there.
const search_root = () => {
  const { winner, elements } = find('search.list');
  return (winner ? null : top_window.document.querySelector('main, [role=main]')) || elements[0] || null;
};

const is_result = (row, options) =>
  !row.closest(BESIDE) && (person_links(row, options).length > 0 || deep.all(HEADLESS, row).length > 0 || row.hasAttribute('data-chameleon-result-urn'));

// Rows of the surest kind there is. A row around several results is a list; a row inside a result is a part of it.
const result_rows = (root, options) => {
  for (const found of find('search.result', root).by_candidate) {
    const rows = found.filter((row) => is_result(row, options));
    const single = rows.filter((row) => deep.all(`${MEMBER_KEY}, [data-chameleon-result-urn]`, row).length < 2);
    if (single.length) return outermost(single);
  }
  return [];
};

const rank_of = (within) => {
  for (const element of deep.all('span, p, div', within)) {
    if (element.textContent.length > 16 || !deep.visible(element)) continue;
    const text = deep.text(element);
    const found = RANK.exec(text);
    if (found) return { degree: Number(found[1] || found[2]), degree_text: text };
  }
  return null;
};
const is_rank = (it) => (typeof it === 'string' ? RANK.test(it) || /^[•·]/.test(it) : rank_of(it) !== null);

// Controls of the row itself: no menus, and no links that lead to people or to other searches.
const row_controls = (row, options) =>
  deep.all(CONTROLS, row).filter((control) => {
    const url = deep.is_link(control) && !/^#|^$/.test(control.getAttribute('href')) ? resolve(control, options) : null;
    const is_way_out = url && (person_in(url) || /^\/search\//.test(url.pathname));
    // A badge may be a button too, named by its picture alone.
    const is_named = control.hasAttribute('aria-label') || deep.text(control) !== '';
    return is_named && !control.hasAttribute('aria-haspopup') && !control.hasAttribute('aria-expanded') && !is_way_out;
  });

const ICONS = { connect: 'connect', pending: 'clock-', message: 'send-', follow: 'add-' };
const has_icon = (control, name) => control.querySelector(`svg[id^="${name}"], [data-test-icon^="${name}"], li-icon[type^="${name}"]`) !== null;

const action_kind = (control, options) => {
  const key = /ConnectButtonstate.*_(connect|pending)$/.exec(control.getAttribute('componentkey') || control.id || '');
  const url = deep.is_link(control) ? resolve(control, options) : null;
  const names = deep.names(control);
  const labelled = (kind) => names.some((name) => (kind === 'message' ? label_matches(kind, name) : is_word(kind, name)));
  if ((key && key[1] === 'pending') || has_icon(control, ICONS.pending) || labelled('pending')) return 'pending';
  if (key) return key[1];
  if (url && /custom-invite/.test(url.pathname)) return 'connect';
  if (url && /^\/messaging\//.test(url.pathname)) return 'message';
  return ['connect', 'follow', 'message'].find(labelled) || Object.keys(ICONS).find((kind) => has_icon(control, ICONS[kind])) || null;
};

const action_of = (controls, options) => {
  const kinds = controls.map((control) => ({ control, kind: action_kind(control, options) }));
  const shown = kinds.filter(({ control }) => deep.visible(control));
  const { control, kind } = shown.find((each) => each.kind) || kinds.find((each) => each.kind) || shown[0] || { control: null, kind: null };
  if (!control) return { kind: null, tag: null, aria_label: null, href: null };
  return { kind, tag: control.localName, aria_label: control.getAttribute('aria-label'), href: deep.is_link(control) ? control.getAttribute('href') : null };
};

// Whom the row is about: whom its invitation names, else whom most of its links lead to, else the first.
const owner_of = (links, action, options) => {
  const invited = action.href && new URL(action.href, address_of(options)).searchParams.get('vanityName');
  const same = invited && links.find(({ person }) => person.toLowerCase() === invited.toLowerCase());
  if (same) return same.person;
  const counts = new Map();
  for (const { person } of links) counts.set(person, (counts.get(person) || 0) + 1);
  const most = Math.max(0, ...counts.values());
  return [...counts.keys()].find((person) => counts.get(person) === most) || null;
};

// "Past: Surveyor at …": a line below the person's own, with a heading of its own and without links.
const snippet_line = (row, box, controls) => {
  const paragraphs = deep.all('p', row).filter((p) => !box.contains(p) && !controls.some((control) => control.contains(p)));
  const plain = paragraphs.filter((p) => deep.visible(p) && !deep.all('a[href]', p).some((link) => deep.text(link)));
  return plain.find((p) => /^[^:]{2,30}\s?:\s/.test(deep.text(p))) || null;
};

// An excerpt that marks a part of a word is not quoted: only whole words can be looked up again.
const is_quotable = (line) =>
  deep.all('strong', line).every(({ previousSibling: before, nextSibling: after }) => !/\S$/.test(before ? before.textContent : '') && !/^\S/.test(after ? after.textContent : ''));

// The photo's name is the person's, and what they are looking for behind it.
const photo_says = (row, name) => {
  const alts = deep.all('img[alt]', row).map((image) => squeeze(image.alt));
  const added = alts.map((alt) => (name && alt.includes(name) ? squeeze(alt.replace(name, '')) : '')).find(Boolean) || '';
  const says = (set) => has_word(set, added);
  const is_understood = !added || says('open_to_work') || says('is_hiring');
  return { open_to_work: is_understood ? says('open_to_work') : null, is_hiring: is_understood ? says('is_hiring') : null };
};

const badge_of = (branch) => {
  const drawn = deep.all('[role=img][aria-label]:not([aria-hidden="true"])', branch);
  return drawn.map((image) => squeeze(image.getAttribute('aria-label'))).find(Boolean) || null;
};

const left_out = (row, reason) => ({ item: null, reason, text: deep.text(row).slice(0, 80) });
const worth = (line) => (line && !/^-+$/.test(line) ? line : null);

const read_result = (row, options, viewer) => {
  const links = person_links(row, options);
  const controls = row_controls(row, options);
  const action = action_of(controls, options);
  const owner = owner_of(links, action, options);
  const own = links.filter(({ person }) => person === owner);
  const named = name_in(own.map(({ link }) => link));
  // Somebody out of reach may still be told of by the people they share, whose links are the only ones.
  if (!owner || deep.all(HEADLESS, row).length) return left_out(row, 'out of network: no address of their own');
  if (is_word('nameless', said_in(row)[0] || '')) return left_out(row, 'out of network: no name of their own');
  if (!named || !named.name) return left_out(row, 'no name');
  if (is_word('nameless', named.name)) return left_out(row, 'out of network: no name of their own');
  const is_foreign = (box) => controls.some((control) => box.contains(control)) || box.querySelector(PHOTO) !== null;
  const { box, branch, lines } = lines_beside(named.link, row, is_foreign, is_rank);
  const [headline, location] = lines.filter((line) => !is_rank(line));
  const key = deep.all(MEMBER_KEY, row)[0];
  const keyed = key && /ACoA[\w-]+/.exec(key.getAttribute('componentkey') || key.id);
  const written_to = controls.map((control) => recipient_in(deep.is_link(control) ? resolve(control, options) : null)).find(Boolean);
  const mini = member_in(own[0].url);
  const others = new Map(links.filter(({ person }) => person !== owner).map(({ person, link }) => [person, seen_text(link)]));
  const rank = rank_of(box) || { degree: null, degree_text: null };
  const badge_text = deep.all('span, p', box).map((each) => (each.textContent.length < 20 ? deep.text(each) : '')).find((text) => /^[•·]\s*\D+$/.test(text));
  const slug = slug_in(owner);
  const line = snippet_line(row, box, controls);
  const item = {
    name: named.name,
    slug,
    profile_url: own_address(own[0].url),
    href: own[0].url.href,
    member_id: (keyed && keyed[0]) || mini || written_to || null,
    mini_profile_id: mini,
    member_urn: row.getAttribute('data-chameleon-result-urn') || null,
    headline: worth(headline),
    location: worth(location),
    ...rank,
    ...photo_says(row, named.name),
    own_profile: Boolean((slug && slug === viewer) || (badge_text && is_word('yourself', badge_text.replace(/^[•·]\s*/, '')))),
    badge: badge_of(branch),
    action,
    snippet: line && is_quotable(line) ? deep.text(line) : null,
    excerpt: line ? deep.text(line) : null,
    mutual_names: [...others.values()].filter(Boolean),
  };
  return { item, reason: null };
};

const page_numbers = (text) => (text.match(/\d+/g) || []).map(Number);

const sdui_pages = (root) => {
  const button = (key) => find(key, root).elements.find((each) => each.hasAttribute('data-testid')) || null;
  const can = (it) => Boolean(it) && /-visible$/.test(it.getAttribute('data-testid')) && deep.enabled(it);
  const indicators = deep.all('[data-testid^="pagination-indicator"]', root);
  const [next, current] = [button('search.next'), indicators.find((each) => each.getAttribute('aria-current') === 'true')];
  if (!next && !indicators.length) return null;
  return {
    current: current ? page_numbers(deep.text(current) || current.getAttribute('aria-label') || '')[0] || null : null,
    shown_pages: indicators.length,
    previous_available: can(button('search.previous')),
    next_available: can(next),
    next: can(next) ? { tag: next.localName, data_testid: next.getAttribute('data-testid'), text: deep.text(next) } : null,
  };
};

const ember_pages = (root) => {
  const pager = deep.all('.artdeco-pagination', root)[0];
  if (!pager) return null;
  const state = pager.querySelector('.artdeco-pagination__page-state, .artdeco-pagination__state--a11y');
  const [previous, next] = ['search.previous', 'search.next'].map((key) => find(key, root).elements[0] || null);
  const marked = pager.querySelector('[aria-current="true"]');
  const [current, total] = state ? page_numbers(deep.text(state)) : [];
  return {
    current: current || (marked && page_numbers(deep.text(marked))[0]) || null,
    total_pages: total || null,
    state_text: state ? deep.text(state) : null,
    // Where a button is not known, "Page 1 of 12" says as much.
    previous_available: previous ? deep.enabled(previous) : Boolean(total && current > 1),
    next_available: next ? deep.enabled(next) : Boolean(total && current < total),
    next: next && deep.enabled(next) ? { tag: next.localName, aria_label: next.getAttribute('aria-label') } : null,
  };
};

const query_of = (options) => {
  const typed = deep.all('input[data-testid="typeahead-input"], input[data-view-name="search-global-typeahead-input"], input.search-global-typeahead__input');
  const titled = /"([^"]+)"\s*\|/.exec(top_window.document.title);
  const asked = new URL(address_of(options)).searchParams.get('keywords');
  return typed.map((input) => squeeze(input.value)).find(Boolean) || (titled && titled[1]) || asked || null;
};

const degree_filter = () => {
  const radios = deep.all('[role=radio][aria-checked]').map((radio) => [deep.text(radio), radio.getAttribute('aria-checked') === 'true']);
  const ranks = radios.filter(([text]) => /^[123]\D{0,8}$/.test(text));
  return ranks.length ? Object.fromEntries(ranks) : null;
};

const location_filter = () => {
  const [pill] = deep.all('#searchFilter_geoUrn').filter((each) => each.querySelector('[class*="pill-button-count"]'));
  const own = pill && [...pill.childNodes].filter((node) => node.nodeType === 3).map((node) => squeeze(node.data)).join(' ').trim();
  return own || null;
};

// Who is signed in, where the page says so: their name, and the address behind their own menu or page.
const viewer_of = (options) => {
  const photo = deep.all('.global-nav__me-photo')[0];
  const menus = deep.all('.global-nav__me a[href*="/in/"], nav a[href*="/in/"], [data-testid="primary-nav"] a[href*="/in/"]');
  const people = new Set(menus.map((link) => person_in(resolve(link, options))).filter((each) => each && !is_member_id(each)));
  return { name: photo ? squeeze(photo.alt) || null : null, slug: people.size === 1 ? [...people][0].toLowerCase() : null };
};

// What is said beside the results, never in them: a headline may quote anything.
const words_apart = (root, rows) => {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
    const is_out = rows.has(node) || node.matches(`${BESIDE}, script, style, noscript`) || deep.style(node).display === 'none' || deep.style(node).visibility === 'hidden';
    return is_out ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  let said = '';
  while (said.length < 20000 && walker.nextNode()) said += ` ${walker.currentNode.data}`;
  return squeeze(said);
};

// The pager stands below the list, within the screen of the results or beside it.
const pager_of = (root) => [root, root.closest('main') || root].map((scope) => sdui_pages(scope) || ember_pages(scope)).find(Boolean) || null;

let [steady_count, steady_since] = [-1, 0];

const reader = {
  read(options) {
    const root = search_root();
    const rows = root ? result_rows(root, options) : [];
    const viewer = viewer_of(options);
    const results = rows.map((row) => read_result(row, options, viewer.slug));
    const items = results.map(({ item }) => item).filter(Boolean);
    const outside = results.filter(({ item }) => !item);
    const apart = root ? words_apart(root, new Set(rows)) : '';
    const unread = /^\((\d+)\)/.exec(squeeze(top_window.document.title));
    const screen = root && root.getAttribute('data-sdui-screen');
    return {
      title: squeeze(top_window.document.title),
      data_sdui_screen: screen || null,
      query: query_of(options),
      unread_notifications: unread ? Number(unread[1]) : null,
      viewer_name: viewer.name,
      location_filter: location_filter(),
      degree_filter: degree_filter(),
      count: items.length,
      items,
      out_of_network_items: outside.filter(({ reason }) => reason.startsWith('out of network')).length,
      left_out: outside.map(({ reason, text }) => ({ reason, text })),
      pagination: root && pager_of(root),
      says_empty: Boolean(root && !rows.length && (has_word('no_results', apart) || deep.all('[class*="no-results"]', root).some(deep.visible))),
      says_limit: has_word('search_limit', apart),
      has_list: root !== null,
      is_busy: Boolean(root && is_busy(root)),
    };
  },

  // Results without their pager may be a part of them: they count when nothing has been added for a while.
  is_ready(page) {
    const count = page.items.length + page.left_out.length;
    if (count !== steady_count) [steady_count, steady_since] = [count, performance.now()];
    if (!page.has_list || page.is_busy) return false;
    return page.says_empty || page.says_limit || (count > 0 && (page.pagination !== null || performance.now() - steady_since > 700));
  },
};

// The account's own connections, card by card.
const LIST_KEY = 'connections.list';
const ROW_KEY = 'connections.card';
const connection_worth = (row) => {
  if (find(ROW_KEY, page_main()).elements.some((card) => card === row || row.contains(card))) return 1000;
  return deep.all('a[href*="/messaging/"]', row).length || (row.closest('[data-testid="lazy-column"]') ? 1 : 0);
};

// The widest boxes that are about one person each and offer to write to them, or mark their link as a connection's.
const plain_cards = (main, options) => {
  const is_card = (box) => deep.all('a[href*="/messaging/"], [data-view-name="connections-profile"]', box).length > 0;
  const boxes = person_links(main, options).filter(({ link }) => !is_beside(link, main)).map(({ link }) => {
    let widest = null;
    for (let at = deep.up(link); at && at !== main && !at.querySelector('h1, h2, input') && person_of(at, options); at = deep.up(at)) widest = at;
    return widest;
  });
  return outermost([...new Set(boxes)].filter((box) => box && is_card(box)));
};

const connection_rows = (options) => {
  const main = stands_at(/\/invite-connect\/connections/, options) ? page_main() : null;
  if (!main) return { main, rows: [] };
  const list = best_list(main, options, connection_worth);
  if (list) return { main, rows: person_rows(list, options) };
  // Cards may stand in no list at all, and be no rows either.
  const rows = person_rows(main, options).filter((row) => connection_worth(row) >= 1000);
  return { main, rows: rows.length ? rows : plain_cards(main, options) };
};

const read_connection = (row, options) => once('connection', row, () => make_connection(row, options));
const make_connection = (row, options) => {
  const person = person_of(row, options);
  const is_control = (element) => element.matches(CONTROLS) && !person_in(resolve(element, options));
  return {
    ...person,
    times: deep.all('time', row).map(deep.text).filter(Boolean),
    lines: said_in(row, is_control).filter((line) => line !== person.name),
  };
};

// "1,234 connections": the first line of the page that is a number and a word.
const connections_total = (main, rows) => {
  const before = deep.all('h1, h2, p, header', main).filter((line) => !rows.length || line.compareDocumentPosition(rows[0]) & 4);
  const counts = before.map((line) => /^(\d[\d\s.,'’]*)\s+\p{L}[\p{L}\s]*$/u.exec(line.textContent.length < 60 ? deep.text(line) : '')).filter(Boolean);
  return counts.length ? number_in(counts[0][1]) : null;
};

const more_connections = (main) => {
  const buttons = main ? surely('invitations.load_more', main) : [];
  return buttons.filter((button) => !button.closest(`${ROW}, ${BESIDE}`)).pop() || null;
};

const reader = {
  read(options) {
    const { main, rows } = connection_rows(options);
    return {
      has_list: main !== null,
      items: rows.map((row) => read_connection(row, options)),
      total: main ? connections_total(main, rows) : null,
      is_busy: Boolean(main && is_busy(main)),
    };
  },

  is_ready: (page) => page.items.length > 0 || (page.has_list && !page.is_busy && page.total === 0),

  walk: (options) =>
    walk_list(options, {
      read: () => reader.read(options),
      last_row: () => { const { main, rows } = connection_rows(options); return rows[rows.length - 1] || main; },
      more_button: () => more_connections(page_main()),
      is_enough: (page, seen) => seen.size >= options.most,
    }),
};

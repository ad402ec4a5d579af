// The top card of a profile page: the one place that says whose page this is.
const TOP_CARD_KEY = /profile\.card\.ref(.+)Topcard$/;

const own_heading = (card, css = 'h1, h2') => [...card.querySelectorAll(css)].find((heading) => deep.text(heading));

const key_owner = (element) => {
  for (const name of ['componentkey', 'id']) {
    const found = TOP_CARD_KEY.exec(element.getAttribute(name) || '');
    if (found) return found[1];
  }
  return null;
};

const top_card_of = () => {
  const cards = find('profile.top_card').elements;
  return cards.find((card) => key_owner(card) && own_heading(card)) || cards.find((card) => own_heading(card)) || null;
};

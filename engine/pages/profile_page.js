// A whole profile page: its top card and the sections that have arrived.
// A card that only looks like one is read too where guessing is allowed, and told as guessed; it proves nobody's page.
const card_to_read = () => {
  const { elements, is_heuristic } = find('profile.top_card');
  const heading = is_heuristic ? own_heading(elements[0]) : null;
  return top_card_of() || (heading && is_title(deep.text(heading)) ? elements[0] : null);
};

// The page's title names its person; a page saved without one denies nothing.
const is_title = (name) => !squeeze(top_window.document.title) || squeeze(top_window.document.title).includes(name);

const read_profile = (options) => {
  const card = card_to_read();
  const sections = sections_on(card);
  if (!card) return { has_top_card: false };
  return { has_top_card: true, ...read_card_page(card, options), ...read_sections(sections), ...section_names(sections) };
};

const at_end = (scroller) => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;

const reader = {
  read: read_profile,

  is_ready: (page) => page.has_top_card && (page.has_message_button || page.own_profile || page.degree > 1),

  // Sections come when their place is scrolled to: a window at a time, to an end where nothing comes any more.
  async walk(options) {
    const end = performance.now() + options.walk_ms;
    const card = top_card_of();
    const scroller = card && deep.scroller(card);
    const count = () => sections_on(card).length;
    while (scroller && performance.now() < end) {
      const [before, from] = [count(), scroller.scrollTop];
      scroller.scrollTop += Math.max(100, scroller.clientHeight * 0.85);
      if (!at_end(scroller) && scroller.scrollTop > from) await change(120);
      else if (!(await until(() => count() > before, Math.min(700, options.quiet_ms)))) break;
    }
    if (scroller) scroller.scrollTop = 0;
    return read_profile(options);
  },
};

// The conversation above a composer: whose message is whose, and whether its beginning is in sight.
const OTHER_MARK = /(^|[\s_-])other(\s|$)/;

const BODY = '.msg-s-event-listitem__body, [data-testid*="message-body"], [data-testid*="message-text"]';

// Whoever a message links to is not who wrote it.
const sender_of = (item, options) => {
  const link = deep.all('a[href*="/in/"]', item).find((each) => !deep.closest(each, BODY));
  const person = link && person_in(resolve(link, options));
  return person ? person.toLowerCase() : null;
};

const body_of = (item) => {
  const marked = deep.all(BODY, item);
  const plain = marked.length ? marked : deep.all('p', item).filter((p) => !p.closest('a, time, header'));
  const elements = outermost(plain);
  return elements.length ? elements.map(deep.rich).join('\n') : deep.rich(item);
};

const time_of = (item) => {
  const time = deep.all('time[datetime]', item)[0];
  return time ? time.getAttribute('datetime') : null;
};

// Headings of days stand between the messages, never in them; the last one above a message is its own.
const day_headings = (list, items) =>
  deep.all('time, [class*="time-heading"]', list).filter((heading) => deep.text(heading) && !items.some((item) => deep.inside(heading, item)));

const day_text_of = (item, headings) => {
  const above = headings.filter((heading) => heading.compareDocumentPosition(item) & 4);
  return above.length ? deep.text(above[above.length - 1]) : null;
};

const time_text_of = (item) => {
  const times = deep.all('time, [class*="timestamp"]', item).map(deep.text).filter((text) => /\d:\d\d/.test(text));
  return new Set(times).size === 1 ? times[0] : null;
};

// "Not sent. Try again": the page shows a message that did not leave.
const is_undelivered = (item) => {
  const marks = deep.all('[role=alert], [class*="error"], [class*="failed"], [class*="failure"]', item).filter(deep.visible);
  const words = [...deep.all('button, [role=button], [role=alert], [role=status]', item)].filter(deep.visible).map(deep.text);
  return marks.length > 0 || words.some((text) => text.length < 80 && holds_word('not_delivered', text));
};

const is_pending = (item) => {
  const all = [item, ...deep.all('[class], [aria-busy]', item)];
  return all.some((element) => element.getAttribute('aria-busy') === 'true' || /(pending|sending)(\s|$)/.test(element.getAttribute('class') || ''));
};

const messages_in = (surface, list, people, options) => {
  let author = null;
  const items = message_items(surface);
  const headings = day_headings(list, items);
  return items.map((item, index) => {
    const classes = [item, ...item.querySelectorAll('.msg-s-event-listitem')].map((element) => element.getAttribute('class') || '').join(' ');
    const named = sender_of(item, options);
    author = named || author;
    const is_known_family = /msg-s-event-listitem/.test(classes);
    const is_theirs = author !== null && people.includes(author);
    const text = body_of(item);
    return {
      key: item.getAttribute('data-event-urn') || item.id || `${index}:${text}`,
      is_own: is_known_family ? !OTHER_MARK.test(classes) : author === null ? null : !is_theirs,
      // As the message itself says it: what stands above it may be another's.
      author: named,
      text,
      sent_at: time_of(item),
      day_text: day_text_of(item, headings),
      time_text: time_text_of(item),
      is_undelivered: is_undelivered(item),
      is_pending: is_pending(item),
    };
  });
};

// Rows of the list that hold text but are neither a message nor a known ornament: then nothing is known for certain.
const unread_rows = (list, surface) => {
  const items = message_items(surface);
  const listed = [...list.querySelectorAll('li, [role=listitem], article')];
  const rows = (listed.length ? listed : [...list.children]).filter(
    (row) => !items.some((item) => deep.inside(item, row) || deep.inside(row, item)),
  );
  return outermost(rows).filter((row) => {
    const is_ornament = row.querySelector('a[href*="/in/"]') || row.matches('[class*="banner"], [class*="profile"], [class*="typing"]');
    const time = row.querySelector('time');
    const is_only_time = row.localName === 'time' || (time && deep.text(row) === deep.text(time));
    return deep.text(row) && !is_ornament && !is_only_time;
  }).length;
};

const is_ours = (composer, options) => {
  const { slugs, ids } = composer.recipient;
  return slugs.some((slug) => options.slugs.includes(slug)) || ids.some((id) => options.ids.includes(id));
};

const thread_of = (composer, options) => {
  const { surface, element } = composer.nodes;
  const list = thread_list(surface, element);
  if (!list) return { has_list: false, messages: [], is_at_start: false, unread: 0 };
  const people = [...composer.recipient.slugs, ...composer.recipient.ids.map((id) => id.toLowerCase()), ...options.slugs, ...options.ids.map((id) => id.toLowerCase())];
  return { has_list: true, messages: messages_in(surface, list, people, options), unread: unread_rows(list, surface), list };
};

const scroll_up = (scroller) => {
  const is_reversed = deep.style(scroller).flexDirection === 'column-reverse';
  scroller.scrollTop = is_reversed ? -scroller.scrollHeight : 0;
};

// What is too short to scroll, or stands at its top already, is told all the same that somebody wants more.
const ask_for_more = (list) => {
  for (const at of [...deep.all('*', list).filter((inner) => inner.children.length && !deep.closest(inner, 'li')), list, deep.up(list)]) {
    at.dispatchEvent(new WheelEvent('wheel', { deltaY: -120, bubbles: true }));
    at.dispatchEvent(new Event('scroll'));
  }
};

const is_at_top = (scroller) => {
  const is_reversed = deep.style(scroller).flexDirection === 'column-reverse';
  return is_reversed ? scroller.scrollTop - scroller.clientHeight <= 2 - scroller.scrollHeight : scroller.scrollTop <= 1;
};

// The last look before the click: what it shows, where to click, and nothing else can be sent from now on.
const put_under_guard = (composer, options) => {
  const { send } = composer.nodes;
  send.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  composer.send.point = point_of(send).map(Math.round);
  guard.arm(objection_to(composer, options), composer.send.by === 'enter' ? 'keyup' : 'click');
};

const reader = {
  read(options) {
    const all = composers(options);
    const ours = all.length === 1 && is_ours(all[0], options) ? all[0] : null;
    const sole = all.length === 1 ? all[0] : null;
    const { list, ...thread } = sole ? thread_of(sole, options) : { has_list: false, messages: [], unread: 0 };
    if (ours && options.focus) {
      ours.nodes.element.focus({ preventScroll: true });
      ours.box.has_focus = has_focus(ours.nodes.element);
    }
    if (ours && options.guard && ours.nodes.send) put_under_guard(ours, options);
    const prompt = known_prompt();
    const prompt_element = prompt && options.elements ? deep.hand_over(prompt) : null;
    return { composers: all.map(bare), thread, picker: picker_shown(), has_prompt: prompt !== null, prompt_element, guard: guard.report() };
  },

  is_ready(page, options) {
    if (options.wait_for === 'sent') return (page.guard && page.guard.is_certain) || is_sent(page, options);
    if (options.wait_for === 'fewer') return page.composers.length < options.count;
    const [only, second] = page.composers;
    if (options.wait_for === 'empty') return Boolean(only) && only.box.text.trim() === '';
    if (options.wait_for === 'send') return Boolean(only) && words_of(only.box.text) === words_of(options.text) && (only.send.count > 0 || only.send.by === 'enter');
    // What stands beside theirs is for the caller to close: waiting would not take it away.
    return second ? page.composers.some((composer) => is_ours(composer, options)) : Boolean(only) && is_ours(only, options);
  },

  // Up to the beginning, keeping what a virtual list drops on the way.
  async walk(options, first) {
    if (first.composers.length !== 1) return first;
    const end = performance.now() + options.walk_ms;
    let [seen, quiet, page] = [[], 0, first];
    const keep = () => {
      page = reader.read({ ...options, focus: false });
      const known = new Set(seen.map((message) => message.key));
      const now = new Map(page.thread.messages.map((message) => [message.key, message]));
      const fresh = page.thread.messages.filter((message) => !known.has(message.key));
      const first_known = page.thread.messages.findIndex((message) => known.has(message.key));
      const is_older = (message) => first_known === -1 || page.thread.messages.indexOf(message) < first_known;
      const older = fresh.filter(is_older);
      const newer = fresh.filter((message) => !is_older(message));
      seen = [...older, ...seen.map((message) => now.get(message.key) || message), ...newer];
      return fresh.length > 0;
    };
    keep();
    // An empty thread is believed later than the beginning of a long one.
    const is_enough = () => quiet >= (seen.length ? 2 : 3);
    while (!is_enough() && performance.now() < end) {
      const [composer] = composers(options);
      const list = composer && thread_list(composer.nodes.surface, composer.nodes.element);
      if (!list) {
        quiet = (await until(keep, Math.min(options.quiet_ms, 500))) ? 0 : quiet + 1;
        continue;
      }
      const earlier = find_first('thread.earlier', composer.nodes.surface);
      if (earlier) earlier.click();
      const last = message_items(composer.nodes.surface)[0] || list;
      const scroller = deep.inside(deep.scroller(last), composer.nodes.surface) ? deep.scroller(last) : null;
      if (scroller) scroll_up(scroller);
      if (!scroller || is_at_top(scroller)) ask_for_more(list);
      const has_new = await until(keep, options.quiet_ms);
      const is_top = !scroller || is_at_top(scroller);
      quiet = !has_new && is_top && !is_busy(list) && !earlier ? quiet + 1 : 0;
    }
    keep();
    page = reader.read(options);
    const is_whole = is_enough() && page.thread.has_list && page.thread.unread === 0;
    const is_certain = seen.every((message) => message.is_own !== null);
    return { ...page, thread: { ...page.thread, messages: seen, is_complete: is_whole && is_certain } };
  },
};

const picker_shown = () =>
  deep.all('input[role=combobox], .msg-connections-typeahead__search-field', undefined).some((input) => deep.visible(input) && deep.closest(input, '[class*="msg-"], dialog, [role=dialog]'));

// The prompt that may follow a sent message, to share one's profile or contact information: its one control that declines.
const known_prompt = () => {
  const is_question = (dialog) => deep.visible(dialog) && !dialog.querySelector('input, textarea, iframe, [contenteditable]');
  const found = outermost(deep.all(DIALOGS, undefined).filter(is_question)).filter((dialog) => {
    const [heading] = deep.all('h1, h2, h3', dialog).filter(deep.visible);
    return heading && holds_word('post_send_prompt', deep.text(heading));
  });
  const controls = found.flatMap((dialog) => deep.all(CONTROLS, dialog)).filter((control) => deep.is_button(control) && deep.visible(control) && deep.enabled(control));
  const declining = controls.filter((control) => deep.names(control).length > 0 && deep.names(control).every((name) => label_matches('decline', name)));
  return found.length === 1 && declining.length === 1 && deep.hit(declining[0]) ? declining[0] : null;
};

const words_of = (text) => squeeze(text.replace(/\u00a0/g, ' '));

// The composer let go of the text, and one more message of ours stands in the thread with exactly this text.
let gone_since = null;
const is_sent = (page, options) => {
  const is_gone = page.composers.length === 0;
  gone_since = is_gone ? gone_since || performance.now() : null;
  if (is_gone) return performance.now() - gone_since > 700;
  const is_left = page.composers.some((composer) => words_of(composer.box.text) === words_of(options.text));
  const now = page.thread.messages.filter((message) => message.is_own && words_of(message.text) === words_of(options.text));
  const is_new = now.some((message) => !options.known_keys.includes(message.key) && !message.is_pending && !message.is_undelivered);
  return !is_left && is_new && now.length > options.known_count;
};

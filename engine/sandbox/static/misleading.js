// Makes a composer that opens another person's, in one of the ways that misleading.py names; a sent message goes there.
'use strict';

const misleadComposer = (() => {
  const { how, other: described } = document.currentScript.dataset;
  const other = JSON.parse(described);
  document.currentScript.remove();
  const LINK = 'a[href^="/in/"]';

  const heads = (root) => [...root.querySelectorAll(LINK)].filter((link) => !link.closest('[data-event-urn]'));
  const boxOf = (root) => root.querySelector('[role=textbox], textarea');
  const sendOf = (root) => root.querySelector(SEND);
  const threadOf = (root) => root.querySelector('[data-thread]');
  const write = (root) => { threadOf(root).dataset.thread = other.thread; };
  const nameOf = (root) => heads(root)[0].textContent.trim();

  function texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('style, [role=textbox], textarea')) found.push(walker.currentNode);
    return found;
  }

  function rename(root, href = `/in/${other.id}/`, name = other.name) {
    const before = nameOf(root);
    for (const text of texts(root)) text.data = text.data.replaceAll(before, name);
    for (const link of heads(root)) link.setAttribute('href', href);
  }

  const become = (root, ...more) => {
    rename(root, ...more);
    write(root);
  };

  function nameless(root, name) {
    const before = nameOf(root);
    for (const link of heads(root)) {
      const line = document.createElement('p');
      line.textContent = name ?? before;
      link.replaceWith(line);
    }
    write(root);
  }

  function beside(root, html, place = 'afterend') {
    heads(root)[0].insertAdjacentHTML(place, html);
    write(root);
  }

  function on(root, type, does, isSo = () => true) {
    const box = boxOf(root);
    box.addEventListener(type, function once() {
      if (!isSo(box.value ?? box.textContent)) return;
      box.removeEventListener(type, once);
      does();
    });
  }

  const onText = (root, does) => on(root, 'input', does, (text) => text.trim() !== '');

  // A conversation beside the first one; whoever sends from it writes to the other person.
  function open(root, { isTheirs = false, canClose = true, isFocused = false } = {}) {
    const clone = root.cloneNode(true);
    boxOf(clone).innerHTML = '';
    if (!isTheirs) become(clone);
    const bubble = clone.querySelector('.msg-overlay-conversation-bubble') ?? clone;
    bubble.style.right = '448px';
    root.before(clone);
    for (const button of clone.querySelectorAll('header button')) {
      if (canClose) button.addEventListener('click', () => clone.remove());
      else button.remove();
    }
    const { frameElement } = root.ownerDocument.defaultView;
    if (frameElement) frameElement.style.width = '880px';
    prepare(clone, () => clone.remove(), false);
    if (isFocused) boxOf(clone).focus();
  }

  const ways = {
    member: become,
    slug: (root) => become(root, `/in/${other.slug}/`),
    'borrowed-name': (root) => become(root, `/in/${other.id}/`, nameOf(root)),
    'name-only': (root) => nameless(root),
    nobody: (root) => nameless(root, 'Messaging'),
    company: (root) => become(root, '/company/merrowick-rail/', 'Merrowick Rail'),
    sponsored: (root) => {
      nameless(root, 'Sponsored');
      root.querySelector('h2').insertAdjacentHTML('afterend', '<a href="/company/merrowick-rail/">Merrowick Rail</a>');
    },
    inmail: (root) => nameless(root, `InMail · ${nameOf(root)}`),
    'two-links': (root) => beside(root, `<a href="/in/${other.id}/">${other.name}</a>`),
    'and-other': (root) => { become(root, heads(root)[0].getAttribute('href'), `${nameOf(root)}, ${other.name}`); },
    'and-others': (root) => { become(root, heads(root)[0].getAttribute('href'), `${nameOf(root)} and 2 others`); },
    pills: (root) => beside(root, `<span class="artdeco-pill__text">${nameOf(root)}</span><span class="artdeco-pill__text">${other.name}</span>`),
    'recipient-field': (root) => beside(root, `<input type="hidden" name="recipient" value="${other.id}">`),
    'recipient-attribute': (root) => {
      heads(root)[0].parentElement.dataset.recipientUrn = `urn:li:fsd_profile:${other.id}`;
      write(root);
    },
    'compose-link': (root) => beside(root, `<a href="/messaging/compose/?recipient=${other.id}">…</a>`),
    'list-only': (root) => {
      const link = heads(root)[0].outerHTML;
      nameless(root);
      threadOf(root).insertAdjacentHTML('beforebegin', `<ul><li>${link}</li></ul>`);
    },
    'author-only': (root) => {
      const link = heads(root)[0].outerHTML;
      nameless(root);
      root.querySelector('ul')?.insertAdjacentHTML('beforeend', `<li><div class="msg-s-event-listitem msg-s-event-listitem--other" data-event-urn="urn:0">${link}<p>Hello</p></div></li>`);
    },
    'swap-on-focus': (root) => on(root, 'focus', () => become(root)),
    'swap-on-clear': (root) => on(root, 'input', () => become(root), (text) => text.trim() === ''),
    'swap-on-text': (root) => onText(root, () => become(root)),
    'swap-soon': (root) => onText(root, () => setTimeout(() => become(root), 40)),
    'turn-under-mouse': (root) => sendOf(root)?.addEventListener('pointermove', () => become(root), { once: true }),
    'turn-on-press': (root) => sendOf(root)?.addEventListener('mousedown', () => become(root), { once: true }),
    'rename-on-text': (root) => onText(root, () => rename(root)),
    'reply-beside': (root) => onText(root, () => open(root, { canClose: false })),
    'reply-closable': (root) => onText(root, () => open(root)),
    'reply-focused': (root) => onText(root, () => open(root, { canClose: false, isFocused: true })),
    twin: (root) => open(root, { isTheirs: true }),
  };
  // Only what opens is changed: a copy that it made itself stays as it is.
  const [, delay] = /^swap-after-(\d+)$/.exec(how) ?? [];
  const way = delay ? (root) => onText(root, () => setTimeout(() => become(root), Number(delay))) : ways[how];
  return (root) => { if (boxOf(root)) way(root); };
})();

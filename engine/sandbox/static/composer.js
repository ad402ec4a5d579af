// Opens the composer in the container that the answer names, when a message link or button is clicked.
'use strict';

const OUTLET = document.getElementById('interop-outlet')?.attachShadow({ mode: 'open' });
const FRAME = document.querySelector('iframe[data-testid="interop-iframe"]');
const LINK = 'a[href*="/messaging/compose/"][href*="interop=msgOverlay"]';
const BUTTON = 'button[data-view-name="nurture-card-primary-button"], button[data-compose]';

// What a click opens is remembered on the nodes themselves, as a framework's closures would.
function learnTriggers(root) {
  for (const node of root.querySelectorAll(`${LINK}, ${BUTTON}`)) {
    if (node.sandboxOpens) continue;
    const trigger = node.getAttribute('componentkey') ?? node.id;
    node.sandboxOpens = node.href ? new URL(node.href).searchParams : new URLSearchParams({ trigger });
    node.removeAttribute('data-compose');
  }
}

document.addEventListener('click', (event) => {
  const trigger = event.composedPath().find((node) => node.sandboxOpens);
  if (!trigger) return;
  event.preventDefault();
  openComposer(trigger.sandboxOpens);
});

async function openComposer(query) {
  const answer = await (await fetch(`/flagship-web/composer?${query}`)).json();
  if (answer.container === 'page') location.assign(answer.page);
  else place(answer);
}

function place(answer) {
  const parent = parentOf(answer.container);
  const root = parent.ownerDocument.createElement('div');
  root.className = answer.container === 'modal' ? '' : 'msg-overlay-container';
  root.innerHTML = answer.html;
  root.sandboxThread = root.querySelector('[data-thread]')?.dataset.thread;
  if (answer.container !== 'modal') closeSame(parent, root.sandboxThread);
  root.sandboxBubble = root.querySelector('.msg-overlay-conversation-bubble');
  parent.append(root);
  arrange(parent);
  const close = () => { root.remove(); arrange(parent); };
  prepare(root, close, answer.refuses);
  if (answer.draft) setTimeout(() => fillIn(root.querySelector(BOX), answer.draft.text), answer.draft.after);
  prepareThread(root);
  learnHarm(root);
  if (typeof misleadComposer === 'function' && !answer.is_open) misleadComposer(root);
  if (answer.is_stuck) root.querySelector('header button').remove();
  root.querySelector('header button')?.addEventListener('click', close);
}

function parentOf(container) {
  if (container === 'shadow' && OUTLET) return OUTLET;
  if (container !== 'iframe' || !FRAME) return document.body;
  const inside = FRAME.contentDocument;
  if (!inside.sandboxWatched) watchClicks(inside);
  inside.sandboxWatched = true;
  return inside.body;
}

const bubblesIn = (parent) => [...parent.children].filter((node) => node.sandboxBubble);

// One bubble for a conversation, however often it is asked for.
function closeSame(parent, thread) {
  for (const bubble of bubblesIn(parent)) if (bubble.sandboxThread === thread) bubble.remove();
}

// Bubbles stand side by side; the frame is as wide as they need.
function arrange(parent) {
  const bubbles = bubblesIn(parent);
  bubbles.forEach((root, place) => { root.sandboxBubble.style.right = `${24 + place * 416}px`; });
  if (!FRAME || parent.ownerDocument === document) return;
  FRAME.toggleAttribute('data-open', bubbles.length > 0);
  FRAME.style.width = bubbles.length ? `${32 + bubbles.length * 416}px` : '';
}

learnTriggers(document);
(async () => {
  for (const bubble of await (await fetch('/flagship-web/bubbles')).json()) place(bubble);
})();

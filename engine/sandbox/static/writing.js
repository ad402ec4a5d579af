// The box of a composer, the Send button that trusts only input events and real clicks, and what follows a click.
'use strict';

const BOX = '[role=textbox], textarea';
const SEND = '.msg-form__send-button, [componentkey^="referralSendButton"]';
const BLOCKS = new Set(['P', 'DIV', 'LI', 'UL']);

const isBlock = (node) => Boolean(node) && BLOCKS.has(node.nodeName);

// The text as its writer sees it: a line per block, and the last <br> of a block only holds it open.
function textOf(node) {
  if (node.nodeName === 'TEXTAREA') return node.value;
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeName === 'BR') return node.nextSibling ? '\n' : '';
  let text = '';
  for (const child of node.childNodes) {
    const before = child.previousSibling;
    if (before && (isBlock(child) || isBlock(before))) text += '\n';
    text += textOf(child);
  }
  return text;
}

function empty(box) {
  if (box.nodeName === 'TEXTAREA') box.value = '';
  else box.innerHTML = '<p><br></p>';
}

// What was begun in another window comes into this one's box.
function fillIn(box, text) {
  if (box.nodeName === 'TEXTAREA') box.value = text;
  else box.firstElementChild.textContent = text;
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

// `close` takes the whole composer away; `isIdle`: a click on Send does nothing.
function prepare(root, close, isIdle) {
  const box = root.querySelector(BOX);
  const send = root.querySelector(SEND);
  if (!box) return;
  // Asked when it counts: a page may turn into another conversation's.
  const threadNow = () => root.querySelector('[data-thread]').dataset.thread;
  const state = { text: textOf(box) };
  root.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());
  box.addEventListener('input', () => {
    state.text = textOf(box);
    if (send) send.disabled = !threadNow() || state.text.trim() === '';
  });
  const leave = async (event) => {
    const thread = threadNow();
    if (!event.isTrusted || isIdle || !thread || state.text.trim() === '') return;
    if (send) send.disabled = true;
    const answer = await deliver({ thread, text: state.text });
    if (answer) finish(root, box, state, close, answer);
    else if (send) send.disabled = false;
  };
  if (!send) return sendByEnter(box, leave);
  send.sandboxAct = 'send';
  send.addEventListener('click', leave);
}

// Where there is no Send button, the Enter key sends, and with Shift it breaks the line.
function sendByEnter(box, leave) {
  box.sandboxAct = 'send';
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    leave(event);
  });
}

async function deliver(message) {
  const response = await fetch('/voyager/api/voyagerMessagingDashMessengerMessages?action=createMessage', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(message),
  });
  return response.ok ? response.json() : null;
}

function finish(root, box, state, close, answer) {
  if (answer.go) return location.assign(answer.go);
  if (answer.then === 'close') return location.replace('about:blank');
  if (answer.then === 'alert') alert('Something went wrong. Please try again.');
  if (answer.then === 'block') block();
  empty(box);
  state.text = '';
  if (box.nodeName === 'TEXTAREA') close();
  else show(root, answer);
  if (answer.prompt) ask(root, answer.prompt);
}

// A synchronous request that is never answered stops this page's script, and every command sent to it.
function block() {
  const request = new XMLHttpRequest();
  request.open('GET', '/flagship-web/never', false);
  request.send();
}

function show(root, answer) {
  if (!answer.html) return;
  const items = root.sandboxItems;
  setTimeout(() => {
    items.insertAdjacentHTML('beforeend', answer.html);
    items.parentElement.scrollTop = items.parentElement.scrollHeight;
  }, answer.delay);
}

function ask(root, html) {
  const place = root.ownerDocument.createElement('div');
  place.innerHTML = html;
  learnHarm(place);
  (root.isConnected ? root : document.body).append(place);
  place.addEventListener('click', (event) => event.target.closest('button') && place.remove());
}

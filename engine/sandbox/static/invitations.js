// A click on "Withdraw" asks once more, and a real click on the answer takes the invitation back.
'use strict';

const chip = document.querySelector('[data-count]');
const words = chip.querySelector('span span');
chip.removeAttribute('data-count');

function learnRows() {
  for (const control of document.querySelectorAll('[data-withdraw]')) {
    const row = control.closest('[data-member]');
    row.sandboxMember = row.dataset.member;
    control.removeAttribute('data-withdraw');
    row.removeAttribute('data-member');
    control.addEventListener('click', (event) => {
      event.preventDefault();
      ask(row.sandboxMember);
    });
  }
}

async function ask(member) {
  const answer = await (await fetch(`/flagship-web/withdraw-dialog?${new URLSearchParams({ member })}`)).json();
  if (!answer.html) return;
  const place = document.createElement('div');
  place.innerHTML = answer.html;
  const confirm = place.querySelector('[data-confirm]');
  confirm.removeAttribute('data-confirm');
  confirm.sandboxAct = 'withdraw';
  const asked = { member: answer.member };
  confirm.addEventListener('click', (event) => event.isTrusted && withdraw(place, confirm, asked.member));
  if (answer.turns) confirm.addEventListener('pointermove', () => turn(confirm, asked, answer.turns), { once: true });
  for (const cancel of place.querySelectorAll('[data-cancel]')) {
    cancel.removeAttribute('data-cancel');
    cancel.addEventListener('click', () => place.remove());
  }
  const dialog = place.querySelector('dialog');
  document.body.append(place);
  dialog?.showModal();
}

function turn(confirm, asked, { member, label }) {
  asked.member = member;
  confirm.setAttribute('aria-label', label);
}

async function withdraw(place, confirm, member) {
  confirm.disabled = true;
  const response = await fetch('/voyager/api/voyagerRelationshipsDashInvitations?action=withdraw', {
    method: 'POST',
    body: JSON.stringify({ member }),
  });
  if (!response.ok) return;
  const answer = await response.json();
  place.remove();
  words.textContent = answer.count;
  if (answer.toast) toast(answer.toast);
  for (const row of document.querySelectorAll('[role=listitem], li')) {
    if (!answer.member || row.sandboxMember !== answer.member) continue;
    row.remove();
    list.shown -= 1;
  }
}

function toast(text) {
  const shown = document.createElement('div');
  shown.setAttribute('role', 'alert');
  shown.textContent = text;
  document.querySelector('[data-testid="toasts-title"]')?.after(shown);
}

learnRows();
list.arrived = learnRows;

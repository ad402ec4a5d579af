"""Redis in front of the record: forgotten scripts, lost permits, and whatever may happen to it in a run."""

import struct
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from redis import Redis
from redis.exceptions import InvalidResponse, RedisError

from campaigns.models import Action, Run
from engine.errors import LimitReached, PersonUnavailable, TooSoon
from engine.models import Account, SpentPermit
from engine.ports import World
from engine.ratelimit.breaker import Breaker, State
from engine.ratelimit.gated import PACED_BY_THE_DATABASE, configured_limiter
from engine.ratelimit.redis_store import ACQUIRE, GIVE_BACK, MOST
from engine.ratelimit.windows import LONGEST, Window
from tests.builders import a_campaign, a_card, a_template, an_account, run_it, statuses
from tests.fakes import FakeNetwork, raising
from tests.limiter_stages import ENTRY, PairStage, committing, keys_that_never_expire, make_older
from tests.redis_server import RedisServer
from tests.threads import in_threads

WEEK = Window(200, "7 days", LONGEST)
RUN = Window(200, "one run")


@pytest.fixture(scope="module")
def server():
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def client(server):
    with server.client() as client:
        client.flushall()
        yield client
        assert keys_that_never_expire(client) == []


@pytest.fixture
def stage(client, db):
    return PairStage(client)


@pytest.fixture
def gate(stage):
    return stage.limiter.gate


def spent(client) -> int:
    """How many permits Redis holds."""
    return sum(len(client.get(key)) // ENTRY for key in client.scan_iter("test:limits:*"))


def pass_gate(gate, run_id=1, windows=(RUN, WEEK), attempt_id=None):
    return gate.acquire(1, "message", attempt_id or uuid4(), run_id, windows, 0)


def test_a_redis_that_forgot_its_scripts_is_told_them_again(gate, client):
    attempt_id = uuid4()
    assert pass_gate(gate, attempt_id=attempt_id) is None
    client.script_flush()
    assert pass_gate(gate) is None
    client.script_flush()
    assert gate.give_back(1, "message", attempt_id)
    assert spent(client) == 1


def test_a_permit_costs_one_round_trip(gate, client):
    pass_gate(gate)
    client.config_resetstat()
    pass_gate(gate)
    sent = {name.removeprefix("cmdstat_") for name in client.info("commandstats")}
    assert sent - {"config|resetstat"} == {
        "evalsha",
        "time",
        "get",
        "append",
    }  # the last three within the script


def test_a_redis_whose_clock_went_back_is_closed_until_it_agrees_and_counts_everything(gate, client):
    two = (RUN, Window(2, "24 hours", timedelta(hours=24)))
    first, second = uuid4(), uuid4()
    assert pass_gate(gate, windows=two, attempt_id=first) is None
    assert pass_gate(gate, windows=two, attempt_id=second) is None
    make_older(client, -timedelta(days=2))
    assert pass_gate(gate, windows=two).window == "2 in 24 hours"
    gate.give_back(1, "message", second)
    assert isinstance(pass_gate(gate, windows=two), TooSoon)
    make_older(client, timedelta(days=2))
    assert pass_gate(gate, windows=two) is None
    assert pass_gate(gate, windows=two).window == "2 in 24 hours"


def test_a_history_never_grows_past_what_counts(gate, client):
    for _ in range(2 * MOST + 1):
        assert pass_gate(gate, windows=(Window(10**6, "one run"),)) is None
    assert spent(client) == MOST + 1
    make_older(client, timedelta(hours=2))
    assert pass_gate(gate, run_id=2, windows=(RUN,)) is None
    assert spent(client) == MOST + 1
    make_older(client, LONGEST - timedelta(hours=1))
    assert pass_gate(gate, run_id=2, windows=(RUN,)) is None
    assert spent(client) == 2


def test_a_window_that_redis_could_not_count_is_refused(gate):
    with pytest.raises(ValueError, match="at most 256"):
        pass_gate(gate, windows=(RUN, Window(MOST + 1, "7 days", LONGEST)))


def test_every_key_outlives_what_it_has_to_remember_and_then_expires(gate, client):
    for _ in range(3):
        pass_gate(gate)
        (key,) = client.scan_iter("test:limits:*")
        assert 0 < client.ttl(key) - LONGEST.total_seconds() <= 3 * 3600
        make_older(client, timedelta(hours=3))
        client.expire(key, client.ttl(key) - 3 * 3600)


def test_giving_back_what_redis_never_had_makes_no_key(gate, client):
    assert not gate.give_back(1, "message", uuid4())
    assert client.dbsize() == 0


def test_what_the_database_refuses_goes_back_to_redis(stage, client):
    account = an_account(messages_per_day=1)
    stage.take(account)
    client.flushall()
    stage.later(seconds=90)
    for _ in range(3):
        with pytest.raises(LimitReached, match="1 in 24 hours"):
            stage.take(account)
    assert spent(client) == 0


def test_a_permit_that_redis_no_longer_knows_is_still_the_attempts(stage, client):
    account = an_account(messages_per_day=1)
    attempt_id = stage.take(account)
    client.flushall()
    assert pass_gate(stage.limiter.gate) is None
    stage.limiter.gate.acquire(account.pk, "message", uuid4(), 1, (RUN, WEEK), 90)
    stage.take(account, attempt_id=attempt_id)
    assert SpentPermit.objects.count() == 1


def test_a_permit_given_back_by_a_later_process_goes_back_to_both(stage, client):
    attempt_id = stage.take(an_account())
    PairStage(client).give_back(attempt_id)
    assert SpentPermit.objects.get().given_back_at
    assert spent(client) == 0


def test_a_claim_that_is_rolled_back_costs_neither_of_them_anything(stage, client):
    account = an_account()
    attempt_id = uuid4()
    with transaction.atomic():
        stage.limiter.acquire(account.pk, "message", attempt_id, 1)
        transaction.set_rollback(True)
    assert spent(client) == 1
    stage.give_back(attempt_id)
    assert spent(client) == 0


@pytest.fixture
def campaign(db):
    a_template()
    return a_campaign()


def run_gated(campaign, stage, network) -> Run:
    stage.clock.time = stage.clock.time.replace(month=11, day=23)
    world = World(network, stage.limiter, stage.clock, stage.dice)
    with committing():
        return run_it(campaign, network, stage.clock, world=world)


def test_a_run_spends_its_permits_in_both(campaign, stage, client):
    network = FakeNetwork(cards=[a_card("Ada Sommer"), a_card("Grace Winter")])
    make_redis_follow(stage)
    assert run_gated(campaign, stage, network).outcome == Run.Outcome.FINISHED
    assert len(network.sent) == spent(client) == SpentPermit.objects.count() == 2


def make_redis_follow(stage):
    """Let Redis's time pass with the clock's."""
    sleep = stage.clock.sleep

    def both(seconds):
        sleep(seconds)
        make_older(stage.client, timedelta(seconds=seconds))

    stage.clock.sleep = both


def test_a_run_that_asks_redis_too_soon_waits_and_asks_again(campaign, stage):
    make_redis_follow(stage)
    account = campaign.account
    stage.limiter.gate.acquire(account.pk, "message", uuid4(), 77, (RUN, WEEK), 100)
    network = FakeNetwork(cards=[a_card("Ada Sommer")])
    began = stage.clock.time.replace(month=11, day=23)
    assert run_gated(campaign, stage, network).outcome == Run.Outcome.FINISHED
    assert len(network.sent) == 1
    assert SpentPermit.objects.get().taken_at - began >= timedelta(seconds=95)


def test_an_action_that_another_took_meanwhile_leaves_no_permit_anywhere(campaign, stage, client):
    network = FakeNetwork(cards=[a_card("Ada Sommer")])
    acquire = stage.limiter.acquire

    def taken_by_another(*arguments):
        acquire(*arguments)
        Action.objects.update(status=Action.Status.SKIPPED)

    stage.limiter.acquire = taken_by_another
    run_gated(campaign, stage, network)
    assert (network.sent, spent(client)) == ([], 0)
    assert SpentPermit.objects.count() == 0


def test_a_run_without_redis_says_once_that_the_database_paces_it(campaign, stage, server):
    network = FakeNetwork(cards=[a_card("Ada Sommer"), a_card("Grace Winter")])
    stage.limiter.gate.client = stage.limiter.gate.client.__class__(unix_socket_path="/nowhere", retry=None)
    run = run_gated(campaign, stage, network)
    assert len(network.sent) == 2
    assert run.notes.count(PACED_BY_THE_DATABASE) == 1
    assert set(statuses(campaign).values()) == {"done"}


@pytest.fixture
def victim():
    """A Redis of the test's own, that it may ruin."""
    server = RedisServer()
    yield server
    server.close()


def emptied(victim):
    with victim.client() as client:
        client.flushall()


def evicting(victim):
    with victim.client() as client:
        client.config_set("maxmemory-policy", "allkeys-random")
        client.config_set("maxmemory", "1")


def full(victim):
    with victim.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")


def read_only(victim):
    with victim.client() as client:
        client.replicaof("127.0.0.1", "1")


def restarted_empty(victim):
    victim.kill()
    victim.start()


def slow(victim):
    with victim.client() as client:
        client.execute_command("CLIENT", "PAUSE", "100", "ALL")


def of_another_type(victim):
    with victim.client() as client:
        for key in client.keys("test:limits:*"):
            client.delete(key)
            client.lpush(key, "spoilt")


def spoilt(victim):
    """What somebody else wrote there, longer than a permit: as numbers it closes everything for ages."""
    with victim.client() as client:
        for key in client.keys("test:limits:*"):
            client.set(key, struct.pack(">dddd", 1e18, 9e18, 1, 2) * 3)


def with_a_password(victim):
    with victim.client() as client:
        client.config_set("requirepass", "a word of the test")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")


def without_scripts(victim):
    with victim.client() as client:
        client.acl_setuser(
            "default", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-eval", "-evalsha"]
        )


FAULTS = {
    "of another type": of_another_type,
    "spoilt": spoilt,
    "with a password": with_a_password,
    "without scripts": without_scripts,
    "emptied": emptied,
    "evicting": evicting,
    "full": full,
    "read only": read_only,
    "restarted empty": restarted_empty,
    "killed": RedisServer.kill,
    "paused": RedisServer.pause,
    "slow": slow,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_happens_to_redis_in_the_middle_the_quota_is_kept_and_served(db, victim, fault):
    account = an_account(messages_per_day=15)
    with victim.client(timeout=0.3) as client:
        stage = PairStage(client, pauses=False)
        admitted = 0
        for number in range(40):
            if number == 7:
                FAULTS[fault](victim)
            with suppress(LimitReached):
                stage.take(account, run_id=number)
                admitted += 1
            stage.clock.sleep(1)  # the breaker tries again now and then
    assert admitted == SpentPermit.objects.filter(given_back_at=None).count() == 15


NOT_UNDERSTOOD = [
    [], [1], ["a"], [0, 1], [1, None], [1, -5], [1, 2**63], [9, 5], [-2, 5], [-1, 10**18], [1, 2, 3], {}, "OK",
    b"OK", None, 7,
]  # fmt: skip


class Impostor(Redis):
    """A server that answers, and is no Redis."""

    def execute_command(self, *words):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    "answer", [*NOT_UNDERSTOOD, ValueError("no number"), AttributeError("get")], ids=repr
)
def test_what_no_redis_would_answer_opens_the_breaker_and_the_database_decides(db, answer):
    impostor = Impostor()
    impostor.answer = answer
    stage = PairStage(impostor, pauses=False)
    stage.limiter.breaker = Breaker(stage.clock, stage.dice)
    account = an_account(messages_per_day=2)
    with pytest.raises(InvalidResponse):
        pass_gate(stage.limiter.gate)
    for _ in range(2):
        stage.take(account)
    assert stage.limiter.breaker.why.startswith("InvalidResponse")
    with pytest.raises(LimitReached, match="2 in 24 hours"):
        stage.take(account)


def test_a_redis_that_comes_back_is_asked_again(db, victim):
    account = an_account()
    with victim.client() as client:
        stage = PairStage(client)
        breaker = stage.limiter.breaker
        victim.kill()
        stage.take(account)
        assert breaker.state is State.OPEN
        victim.start()
        stage.later(seconds=120)
        assert breaker.state is State.HALF_OPEN
        stage.take(account)
        assert breaker.state is State.CLOSED
        assert spent(client) == 1


def test_a_lagging_redis_that_still_sees_yesterday_refuses_what_the_database_would_grant(stage, client):
    account = an_account(messages_per_day=1)
    stage.take(account)
    stage.later(hours=24)
    make_older(client, -timedelta(minutes=5))
    with pytest.raises(LimitReached, match="1 in 24 hours"):
        stage.take(account)


@pytest.mark.django_db
def test_the_settings_name_the_redis_and_the_prefix_of_its_keys(server, settings, client):
    settings.CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": server.url}}
    settings.REDIS_KEY_PREFIX = "elsewhere"
    stage = PairStage(client)
    limiter = configured_limiter(stage.clock, stage.dice)
    account = Account.objects.create(name="ada")
    with transaction.atomic():
        limiter.acquire(account.pk, "message", uuid4(), 1)
    assert list(client.scan_iter("elsewhere:*")) == [f"elsewhere:limits:{account.pk}:message".encode()]
    with pytest.raises(TooSoon), transaction.atomic():
        limiter.acquire(account.pk, "message", uuid4(), 1)
    limiter.gate.client.connection_pool.disconnect()


def test_whether_redis_would_take_a_permit_is_asked_by_writing(victim):
    with victim.client() as client:
        gate = PairStage(client).limiter.gate
        assert gate.can_write()
        assert client.pttl("test:ready") > 0
        read_only(victim)
        with pytest.raises(RedisError):
            gate.can_write()


class Bystander:
    """Redis, as long as it likes to think about it: meanwhile somebody else writes what a permit would lock."""

    def __init__(self, client, account_id):
        self.client, self.account_id, self.asked = client, account_id, []

    def execute_command(self, *command):
        in_threads([self.write])
        self.asked.append(command[1])
        return self.client.execute_command(*command)

    def write(self):
        impatient = "PRAGMA busy_timeout = 200" if connection.vendor == "sqlite" else "SET lock_timeout = 200"
        with connection.cursor() as cursor:
            cursor.execute(impatient)
        Account.objects.filter(pk=self.account_id).update(paused_advice=f"{len(self.asked)}")


def test_while_redis_keeps_a_run_waiting_everybody_else_may_write(shared_database, client):
    """Claims, an action that failed, and a permit that only the database refuses."""

    def whole_story():
        a_template()
        campaign = a_campaign(an_account(messages_per_day=1))
        stage = PairStage(client)
        bystander = stage.limiter.gate.client = Bystander(client, campaign.account_id)
        make_redis_follow(stage)
        gone = iter([PersonUnavailable("gone")])
        network = FakeNetwork(
            cards=[a_card(name) for name in ("Ada Sommer", "Bo Winter", "Cleo Herbst")],
            on_write=lambda recipient: [raising(error)(recipient) for error in gone],
            after_click=lambda recipient: client.flushall(),
        )
        run = run_gated(campaign, stage, network)
        asked = [script for script in bystander.asked if script in (ACQUIRE.sha, GIVE_BACK.sha)]
        return run.outcome, list(statuses(campaign).values()), asked, spent(client)

    [(outcome, became, asked, left)] = in_threads([whole_story])
    assert (outcome, became) == ("limit_reached", ["failed", "done", "planned"])
    assert asked == [ACQUIRE.sha, GIVE_BACK.sha, ACQUIRE.sha, ACQUIRE.sha, GIVE_BACK.sha]
    assert left == 0

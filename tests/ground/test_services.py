"""The services that the other tests stand on are real and separate."""

import psycopg
import redis

from tests.services import Server, create_database, drop_database


def test_postgres_holds_chinese_and_copies_a_template(postgres_server: Server) -> None:
    url = create_database(postgres_server, "ground_one").replace("+psycopg", "")
    with psycopg.connect(url) as db:
        db.execute("create table place (name text)")
        db.execute("insert into place values ('浉河区')")
    copy = create_database(postgres_server, "ground_two", template="ground_one").replace("+psycopg", "")
    with psycopg.connect(copy) as db:
        assert db.execute("select name, name ~ '^[[:alpha:]]+$' from place").fetchall() == [("浉河区", True)]
    drop_database(postgres_server, "ground_two")
    drop_database(postgres_server, "ground_one")


def test_redis_begins_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "over")


def test_redis_begins_empty_again(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0

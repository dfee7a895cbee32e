"""Runs confluent-kafka (librdkafka) and kafka-python against a running broker. By hand: pip install confluent-kafka
kafka-python; python verify-python-clients.py 127.0.0.1:9092. Prints one line a check and ends with 1 if one failed."""
import sys
import threading
import time
import traceback
import uuid

import confluent_kafka as ck
import kafka
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, OffsetSpec, ResourceType

address = sys.argv[1]
run = uuid.uuid4().hex[:8]
failures = 0


def check(name):
    def wrap(function):
        global failures
        started = time.time()
        try:
            function()
            print(f"ok    {name} ({time.time() - started:.1f} s)")
        except Exception:
            failures += 1
            print(f"FAIL  {name}")
            traceback.print_exc()

    return wrap


def new_topic(name, partitions=1, **config):
    topic = f"{name}-{run}"
    admin = AdminClient({"bootstrap.servers": address})
    admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result(10)
    return topic


def librdkafka_produce(topic, values, **config):
    errors = []
    producer = ck.Producer({"bootstrap.servers": address, "linger.ms": 5, **config})
    for value in values:
        producer.produce(topic, value, partition=0, on_delivery=lambda e, m: e and errors.append(e))
    assert producer.flush(20) == 0
    assert not errors, errors


def librdkafka_consume(topic, count, group, **config):
    consumer = ck.Consumer(
        {"bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest", **config}
    )
    consumer.subscribe([topic])
    values = []
    deadline = time.time() + 30
    while len(values) < count and time.time() < deadline:
        message = consumer.poll(0.5)
        if message is None:
            continue
        assert not message.error(), message.error()
        values.append(message.value())
    consumer.close()
    return values


for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:

    @check(f"librdkafka {ck.libversion()[0]}: {codec} each way")
    def _():
        topic = new_topic(f"ck-{codec}")
        values = [f"message {i} in {codec}".encode() for i in range(1000)]
        librdkafka_produce(topic, values, **{"compression.type": codec})
        assert librdkafka_consume(topic, 1000, f"ck-{codec}-{run}") == values


@check("librdkafka: idempotent producer, 20,000 records in small batches")
def _():
    topic = new_topic("ck-idempotent")
    values = [str(i).encode() for i in range(20000)]
    config = {"enable.idempotence": True, "batch.num.messages": 100, "queue.buffering.max.messages": 100000}
    librdkafka_produce(topic, values, **config)
    assert librdkafka_consume(topic, 20000, f"ck-idempotent-{run}") == values


@check("librdkafka: three members share six partitions, one leaves")
def _():
    topic = new_topic("ck-group", 6)
    assigned = {}
    stop = [threading.Event() for _ in range(3)]

    def member(index):
        consumer = ck.Consumer(
            {"bootstrap.servers": address, "group.id": f"ck-trio-{run}", "session.timeout.ms": 6000,
             "heartbeat.interval.ms": 300}
        )
        on_change = lambda c, p: assigned.__setitem__(index, sorted(x.partition for x in p))
        consumer.subscribe([topic], on_assign=on_change)
        while not stop[index].is_set():
            consumer.poll(0.1)
        consumer.close()
        assigned.pop(index, None)

    threads = [threading.Thread(target=member, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()

    def wait(members, each):
        deadline = time.time() + 20
        while time.time() < deadline:
            parts = [assigned.get(i, []) for i in members]
            if all(len(p) == each for p in parts) and sorted(sum(parts, [])) == list(range(6)):
                return
            time.sleep(0.05)
        raise AssertionError(assigned)

    wait([0, 1, 2], 2)
    stop[1].set()
    threads[1].join()
    wait([0, 2], 3)
    for event in stop:
        event.set()
    for thread in threads:
        thread.join()


@check("librdkafka: static members and cooperative-sticky")
def _():
    topic = new_topic("ck-static", 2)
    librdkafka_produce(topic, [b"a", b"b"])
    config = {"group.instance.id": "one", "partition.assignment.strategy": "cooperative-sticky",
              "enable.auto.commit": True}
    assert librdkafka_consume(topic, 2, f"ck-static-{run}", **config) == [b"a", b"b"]
    librdkafka_produce(topic, [b"c"])
    assert librdkafka_consume(topic, 1, f"ck-static-{run}", **config) == [b"c"]


@check("librdkafka: a transactional producer is refused at once")
def _():
    producer = ck.Producer({"bootstrap.servers": address, "transactional.id": "tx"})
    started = time.time()
    try:
        producer.init_transactions(20)
        raise AssertionError("init_transactions went through")
    except ck.KafkaException as error:
        assert "Transactional Id authorization failed" in str(error).replace("_", " "), error
    assert time.time() - started < 10


@check("librdkafka: admin (topics, configs, offsets, groups)")
def _():
    admin = AdminClient({"bootstrap.servers": address})
    topic = new_topic("ck-admin", 2, **{"segment.bytes": "1048576"})
    librdkafka_produce(topic, [b"x", b"y"])
    resource = ConfigResource(ResourceType.TOPIC, topic)
    configs = admin.describe_configs([resource])[resource].result(10)
    assert configs["segment.bytes"].value == "1048576"
    assert configs["retention.ms"].value == "-1"
    ends = admin.list_offsets({ck.TopicPartition(topic, 0): OffsetSpec.latest()})
    assert [f.result(10).offset for f in ends.values()] == [2]
    highest = admin.list_offsets({ck.TopicPartition(topic, 0): OffsetSpec.max_timestamp()})
    assert [f.result(10).offset for f in highest.values()][0] in (0, 1)
    group = f"ck-admin-{run}"
    librdkafka_consume(topic, 2, group)
    found = admin.list_consumer_groups().result(10)
    assert group in [g.group_id for g in found.valid], found.valid
    described = admin.describe_consumer_groups([group])[group].result(10)
    assert described.state.name == "EMPTY", described.state
    offsets = admin.list_consumer_group_offsets(
        [ck.ConsumerGroupTopicPartitions(group, [ck.TopicPartition(topic, 0)])]
    )[group].result(10)
    assert offsets.topic_partitions[0].offset == 2
    described = admin.describe_topics(ck.TopicCollection([topic]))[topic].result(10)
    assert len(described.partitions) == 2 and described.partitions[0].leader.id == 1
    refused = admin.create_topics([NewTopic("odd", 1, 1, config={"retention.ms": "5"})])["odd"]
    try:
        refused.result(10)
        raise AssertionError("retention.ms was taken")
    except ck.KafkaException as error:
        assert error.args[0].code() == ck.KafkaError.INVALID_CONFIG, error
    admin.delete_topics([topic])[topic].result(10)


for codec in [None, "gzip"]:

    @check(f"kafka-python {kafka.__version__}: {codec or 'none'} each way, with a group")
    def _():
        topic = new_topic(f"kp-{codec}")
        producer = kafka.KafkaProducer(bootstrap_servers=address, compression_type=codec)
        values = [f"message {i}".encode() for i in range(500)]
        for value in values:
            producer.send(topic, value, key=b"k")
        producer.flush(20)
        producer.close()
        consumer = kafka.KafkaConsumer(
            topic, bootstrap_servers=address, group_id=f"kp-{codec}-{run}", auto_offset_reset="earliest",
            consumer_timeout_ms=5000,
        )
        seen = []
        for message in consumer:
            seen.append(message.value)
            if len(seen) == 500:
                break
        consumer.commit()
        consumer.close()
        assert seen == values


sys.exit(1 if failures else 0)

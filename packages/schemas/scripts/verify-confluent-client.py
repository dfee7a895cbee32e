"""Confluent's own Python client against broker and registry: Avro both ways, compatibility, config, deletion.

pip install "confluent-kafka[avro,schemaregistry]"
python verify-confluent-client.py 127.0.0.1:9092 http://127.0.0.1:8081
"""
import datetime
import sys
import uuid

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

kafka, registry_url = sys.argv[1:3]
topic = f"orders.placed.{uuid.uuid4().hex[:8]}"
subject = f"{topic}-value"
order_schema = """
{"type": "record", "name": "OrderPlaced", "namespace": "com.myorg.events", "fields": [
  {"name": "event_id", "type": "string"}, {"name": "order_id", "type": "string"},
  {"name": "user_id", "type": "string"}, {"name": "total_cents", "type": "long"},
  {"name": "placed_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
"""
registry = SchemaRegistryClient({"url": registry_url})
context = SerializationContext(topic, MessageField.VALUE)
serialize = AvroSerializer(registry, order_schema)
deserialize = AvroDeserializer(registry)


def order(i):
    placed_at = datetime.datetime.fromtimestamp(1_700_000_000 + i, datetime.timezone.utc)
    return dict(event_id=f"e{i}", order_id=f"o{i}", user_id=f"u{i % 9}", total_cents=100 * i, placed_at=placed_at)


def round_trip():
    producer = Producer({"bootstrap.servers": kafka})
    for i in range(500):
        producer.produce(topic=topic, key=f"o{i}", value=serialize(order(i), context))
    assert producer.flush(30) == 0
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": topic, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    read = {}
    while len(read) < 500:
        message = consumer.poll(30)
        assert message is not None and message.error() is None, message and message.error()
        value = deserialize(message.value(), context)
        read[value["order_id"]] = value
    consumer.close()
    assert read == {f"o{i}": order(i) for i in range(500)}


def compatibility():
    broken = Schema(order_schema.replace('"total_cents", "type": "long"', '"total_cents", "type": "string"'), "AVRO")
    added = Schema(order_schema.replace("]}", ', {"name": "promo_code", "type": ["null", "string"], "default": null}]}'), "AVRO")
    assert not registry.test_compatibility(subject, broken)
    assert registry.test_compatibility(subject, added)
    try:
        registry.register_schema(subject, broken)
        raise AssertionError("an incompatible schema was registered")
    except SchemaRegistryError as refused:
        assert refused.http_status_code == 409, refused
    registry.register_schema(subject, added)
    assert registry.get_versions(subject) == [1, 2]
    assert registry.lookup_schema(subject, added).version == 2


def administration():
    assert subject in registry.get_subjects()
    registry.set_compatibility(subject_name=subject, level="NONE")
    assert registry.get_compatibility(subject) == "NONE"
    assert registry.delete_subject(subject) == [1, 2]
    assert subject not in registry.get_subjects()


for check in (round_trip, compatibility, administration):
    check()
    print(f"ok  {check.__name__}")

import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.AppInfoParser;

/** Runs Apache's Java client against a running broker; one line a check, ends with 1 if one failed. */
public class Verify {
  interface Body { void run() throws Exception; }

  static String address;
  static final String run = UUID.randomUUID().toString().substring(0, 8);
  static int failures = 0;

  static void check(String name, Body body) {
    long started = System.currentTimeMillis();
    try {
      body.run();
      System.out.printf("ok    Java %s: %s (%.1f s)%n", AppInfoParser.getVersion(), name, (System.currentTimeMillis() - started) / 1000.0);
    } catch (Throwable error) {
      failures++;
      System.out.println("FAIL  " + name);
      error.printStackTrace(System.out);
    }
  }

  static Map<String, Object> with(Object... pairs) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", address);
    for (int i = 0; i < pairs.length; i += 2) config.put((String) pairs[i], pairs[i + 1]);
    return config;
  }

  static String topic(Admin admin, String name, int partitions) throws Exception {
    String topic = name + "-" + run;
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get(10, TimeUnit.SECONDS);
    return topic;
  }

  static KafkaProducer<String, String> producer(Object... pairs) {
    return new KafkaProducer<>(with(pairs), new StringSerializer(), new StringSerializer());
  }

  static KafkaConsumer<String, String> consumer(String group, Object... pairs) {
    Map<String, Object> config = with(pairs);
    config.put("group.id", group);
    config.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  static List<String> read(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    long end = System.currentTimeMillis() + 20_000;
    while (values.size() < count && System.currentTimeMillis() < end)
      for (var record : consumer.poll(Duration.ofMillis(200))) values.add(record.value());
    return values;
  }

  static void same(Object expected, Object actual) {
    if (!expected.equals(actual)) throw new AssertionError("expected " + expected + " but was " + actual);
  }

  public static void main(String[] args) throws Exception {
    address = args[0];
    try (Admin admin = Admin.create(with())) {
      for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd"))
        check(codec + " each way, idempotent by default", () -> {
          String topic = topic(admin, "java-" + codec, 1);
          List<String> values = IntStream.range(0, 1000).mapToObj(i -> "message " + i + " in " + codec).toList();
          try (var producer = producer("compression.type", codec, "linger.ms", 5)) {
            for (String value : values) producer.send(new ProducerRecord<>(topic, "k", value));
            producer.flush();
          }
          try (var consumer = consumer("java-" + codec + run)) {
            consumer.subscribe(List.of(topic));
            same(values, read(consumer, 1000));
          }
        });
      check("three members of a group, one leaves", () -> groupOfThree(admin));
      check("commits, seeks by time, ends, and resumes", () -> offsets(admin));
      check("read_committed, static membership, cooperative assignment", () -> committed(admin));
      check("admin", () -> administer(admin));
      check("a transactional producer is refused at once", () -> {
        try (var producer = producer("transactional.id", "tx")) {
          producer.initTransactions();
          throw new AssertionError("initTransactions went through");
        } catch (TransactionalIdAuthorizationException expected) {
          // As it should be.
        }
      });
    }
    System.exit(failures == 0 ? 0 : 1);
  }

  static void groupOfThree(Admin admin) throws Exception {
    String topic = topic(admin, "java-trio", 6);
    Map<Integer, Set<Integer>> assigned = new ConcurrentHashMap<>();
    boolean[] stop = new boolean[3];
    List<Thread> threads = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      int member = index;
      Thread thread = new Thread(() -> {
        try (var consumer = consumer("java-trio" + run, "session.timeout.ms", 6000, "heartbeat.interval.ms", 300)) {
          consumer.subscribe(List.of(topic));
          while (!stop[member]) {
            consumer.poll(Duration.ofMillis(50));
            assigned.put(member, consumer.assignment().stream().map(TopicPartition::partition).collect(Collectors.toSet()));
          }
        }
        assigned.remove(member);
      });
      thread.start();
      threads.add(thread);
    }
    await(() -> assigned.size() == 3 && assigned.values().stream().allMatch(parts -> parts.size() == 2));
    stop[1] = true;
    threads.get(1).join();
    await(() -> assigned.size() == 2 && assigned.values().stream().allMatch(parts -> parts.size() == 3));
    Arrays.fill(stop, true);
    for (Thread thread : threads) thread.join();
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long end = System.currentTimeMillis() + 20_000;
    while (!condition.call()) {
      if (System.currentTimeMillis() > end) throw new AssertionError("waited in vain");
      Thread.sleep(20);
    }
  }

  static void offsets(Admin admin) throws Exception {
    String topic = topic(admin, "java-offsets", 1);
    TopicPartition place = new TopicPartition(topic, 0);
    try (var producer = producer("enable.idempotence", false, "acks", "1")) {
      for (int i = 0; i < 10; i++) producer.send(new ProducerRecord<>(topic, 0, 1000L + i, null, "v" + i)).get();
    }
    String group = "java-offsets" + run;
    try (var consumer = consumer(group, "max.poll.records", 4, "enable.auto.commit", false)) {
      consumer.subscribe(List.of(topic));
      same(List.of("v0", "v1", "v2", "v3"), read(consumer, 4));
      consumer.commitSync();
      same(Map.of(place, 10L), consumer.endOffsets(List.of(place)));
      same(Map.of(place, 0L), consumer.beginningOffsets(List.of(place)));
      same(5L, consumer.offsetsForTimes(Map.of(place, 1005L)).get(place).offset());
      if (consumer.offsetsForTimes(Map.of(place, Long.MAX_VALUE)).get(place) != null) throw new AssertionError("found the end of time");
    }
    try (var consumer = consumer(group, "enable.auto.commit", false)) {
      consumer.subscribe(List.of(topic));
      same(List.of("v4", "v5", "v6", "v7", "v8", "v9"), read(consumer, 6));
    }
  }

  static void committed(Admin admin) throws Exception {
    String topic = topic(admin, "java-static", 2);
    try (var producer = producer()) {
      for (int i = 0; i < 4; i++) producer.send(new ProducerRecord<>(topic, i % 2, null, "v" + i)).get();
    }
    Object[] config = {"isolation.level", "read_committed", "group.instance.id", "one",
        "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"};
    try (var consumer = consumer("java-static" + run, config)) {
      consumer.subscribe(List.of(topic));
      same(4, read(consumer, 4).size());
      consumer.commitSync();
    }
    try (var consumer = consumer("java-static" + run, config)) {
      consumer.subscribe(List.of(topic));
      try (var producer = producer()) {
        producer.send(new ProducerRecord<>(topic, 1, null, "later")).get();
      }
      same(List.of("later"), read(consumer, 1));
    }
  }

  static void administer(Admin admin) throws Exception {
    String topic = topic(admin, "java-admin", 3);
    same(3, admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size());
    same(1, admin.describeCluster().nodes().get().size());
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    same("delete", config.get("cleanup.policy").value());
    same("-1", config.get("retention.ms").value());
    var place = new TopicPartition(topic, 0);
    same(0L, admin.listOffsets(Map.of(place, OffsetSpec.latest())).all().get().get(place).offset());
    admin.alterConsumerGroupOffsets("java-admin" + run, Map.of(place, new OffsetAndMetadata(7))).all().get();
    same(7L, admin.listConsumerGroupOffsets("java-admin" + run).partitionsToOffsetAndMetadata().get().get(place).offset());
    var groups = admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
    if (!groups.contains("java-admin" + run)) throw new AssertionError(groups.toString());
    same("Empty", admin.describeClassicGroups(List.of("java-admin" + run)).all().get().get("java-admin" + run).state().toString());
    try {
      admin.createTopics(List.of(new NewTopic("odd", 1, (short) 1).configs(Map.of("retention.ms", "5")))).all().get();
      throw new AssertionError("retention.ms was taken");
    } catch (ExecutionException refused) {
      if (!(refused.getCause() instanceof InvalidConfigurationException)) throw refused;
    }
    admin.deleteTopics(List.of(topic)).all().get();
  }
}

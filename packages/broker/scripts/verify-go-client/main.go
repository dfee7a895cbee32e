// Runs franz-go against a running broker. By hand: go run . 127.0.0.1:9092. One line a check; ends with 1 if one failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	address  = os.Args[1]
	run      = fmt.Sprint(time.Now().UnixNano() % 1_000_000)
	failures = 0
)

func check(name string, body func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	started := time.Now()
	if err := body(ctx); err != nil {
		failures++
		fmt.Printf("FAIL  franz-go: %s: %v\n", name, err)
		return
	}
	fmt.Printf("ok    franz-go: %s (%.1f s)\n", name, time.Since(started).Seconds())
}

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(address)}, options...)...)
	if err != nil {
		panic(err)
	}
	return made
}

func newTopic(ctx context.Context, name string, partitions int32) (string, error) {
	topic := name + "-" + run
	admin := kadm.NewClient(client())
	defer admin.Close()
	_, err := admin.CreateTopic(ctx, partitions, 1, nil, topic)
	return topic, err
}

func read(ctx context.Context, consumer *kgo.Client, count int) ([]string, error) {
	var values []string
	for len(values) < count {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return values, err
		}
		fetches.EachRecord(func(record *kgo.Record) { values = append(values, string(record.Value)) })
	}
	return values, nil
}

func main() {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	for _, name := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		check(name+" each way, idempotent by default", func(ctx context.Context) error {
			return eachWay(ctx, name, codecs[name])
		})
	}
	check("three members of a group, one leaves", groupOfThree)
	check("commits and resumes", resume)
	check("admin", administer)
	check("a transactional producer is refused", func(ctx context.Context) error {
		producer := client(kgo.TransactionalID("tx"))
		defer producer.Close()
		err := producer.BeginTransaction()
		if err == nil {
			err = producer.ProduceSync(ctx, &kgo.Record{Topic: "tx", Value: []byte("x")}).FirstErr()
		}
		if !errors.Is(err, kerr.TransactionalIDAuthorizationFailed) {
			return fmt.Errorf("unexpected: %v", err)
		}
		return nil
	})
	if failures > 0 {
		os.Exit(1)
	}
}

func eachWay(ctx context.Context, name string, codec kgo.CompressionCodec) error {
	topic, err := newTopic(ctx, "kgo-"+name, 1)
	if err != nil {
		return err
	}
	producer := client(kgo.ProducerBatchCompression(codec))
	defer producer.Close()
	var want []string
	var records []*kgo.Record
	for i := range 1000 {
		value := fmt.Sprintf("message %d in %s", i, name)
		want = append(want, value)
		headers := []kgo.RecordHeader{{Key: "h", Value: []byte("1")}}
		records = append(records, &kgo.Record{Topic: topic, Key: []byte("k"), Value: []byte(value), Headers: headers})
	}
	if err := producer.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	consumer := client(kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	defer consumer.Close()
	got, err := read(ctx, consumer, 1000)
	if err == nil && strings.Join(got, "\n") != strings.Join(want, "\n") {
		err = errors.New("other records came back")
	}
	return err
}

func groupOfThree(ctx context.Context) error {
	topic, err := newTopic(ctx, "kgo-trio", 6)
	if err != nil {
		return err
	}
	var lock sync.Mutex
	assigned := map[int]map[int32]bool{}
	members := make([]*kgo.Client, 3)
	for index := range members {
		assigned[index] = map[int32]bool{}
		change := func(on bool) func(context.Context, *kgo.Client, map[string][]int32) {
			return func(_ context.Context, _ *kgo.Client, parts map[string][]int32) {
				lock.Lock()
				defer lock.Unlock()
				for _, partition := range parts[topic] {
					if on {
						assigned[index][partition] = true
					} else {
						delete(assigned[index], partition)
					}
				}
			}
		}
		members[index] = client(kgo.ConsumerGroup("kgo-trio-"+run), kgo.ConsumeTopics(topic),
			kgo.HeartbeatInterval(300*time.Millisecond), kgo.OnPartitionsAssigned(change(true)),
			kgo.OnPartitionsRevoked(change(false)), kgo.OnPartitionsLost(change(false)))
		go func() {
			for !members[index].PollFetches(ctx).IsClientClosed() && ctx.Err() == nil {
			}
		}()
	}
	balanced := func(each int, of ...int) error {
		for ctx.Err() == nil {
			lock.Lock()
			good := true
			var all []int
			for _, index := range of {
				good = good && len(assigned[index]) == each
				for partition := range assigned[index] {
					all = append(all, int(partition))
				}
			}
			lock.Unlock()
			sort.Ints(all)
			if good && fmt.Sprint(all) == "[0 1 2 3 4 5]" {
				return nil
			}
			time.Sleep(20 * time.Millisecond)
		}
		return fmt.Errorf("not balanced: %v", assigned)
	}
	if err := balanced(2, 0, 1, 2); err != nil {
		return err
	}
	members[1].Close()
	err = balanced(3, 0, 2)
	members[0].Close()
	members[2].Close()
	return err
}

func resume(ctx context.Context) error {
	topic, err := newTopic(ctx, "kgo-resume", 1)
	if err != nil {
		return err
	}
	producer := client()
	defer producer.Close()
	for round, value := range []string{"one", "two"} {
		if err := producer.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte(value)}).FirstErr(); err != nil {
			return err
		}
		consumer := client(kgo.ConsumerGroup("kgo-resume-"+run), kgo.ConsumeTopics(topic))
		got, err := read(ctx, consumer, 1)
		if err == nil {
			err = consumer.CommitUncommittedOffsets(ctx)
		}
		consumer.Close()
		if err != nil {
			return err
		}
		if len(got) != 1 || got[0] != value {
			return fmt.Errorf("round %d read %v", round, got)
		}
	}
	return nil
}

func administer(ctx context.Context) error {
	topic, err := newTopic(ctx, "kgo-admin", 3)
	if err != nil {
		return err
	}
	admin := kadm.NewClient(client())
	defer admin.Close()
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err != nil || len(ends[topic]) != 3 {
		return fmt.Errorf("end offsets %v: %w", ends, err)
	}
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, 0, 7, -1)
	if err := admin.CommitAllOffsets(ctx, "kgo-admin-"+run, offsets); err != nil {
		return err
	}
	lag, err := admin.Lag(ctx, "kgo-admin-"+run)
	if err != nil || lag.Error() != nil {
		return fmt.Errorf("lag: %w", errors.Join(err, lag.Error()))
	}
	groups, err := admin.ListGroups(ctx)
	if err != nil || groups["kgo-admin-"+run].State != "Empty" {
		return fmt.Errorf("groups %v: %w", groups, err)
	}
	configs, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil || len(configs) != 1 || len(configs[0].Configs) < 10 {
		return fmt.Errorf("configs %v: %w", configs, err)
	}
	_, err = admin.DeleteTopic(ctx, topic)
	return err
}
